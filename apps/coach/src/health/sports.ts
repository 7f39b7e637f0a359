import type { Sport } from './record.js';

/** From the names that vendors use to ours; the first match counts. */
const NAMES: readonly (readonly [RegExp, Sport])[] = [
  [/triathlon|multi_?sport|duathlon/, 'triathlon'],
  [/trail_?run/, 'trail_run'],
  [/run|jog|treadmill/, 'run'],
  [/hik|mountaineer|trek/, 'hike'],
  [/gravel|cyclocross/, 'gravel_bike'],
  [/mountain_?bik|mtb/, 'mtb'],
  [/ride|bik|cycl|spin/, 'road_bike'],
  [/swim/, 'swim'],
];
const NOT = /rid(e|ing)_?(horse|motor|snow)|horse|motor|snow|e_?game|bike_?erg/;

/** The sport that a vendor's name means: `TrailRun`, `trail_running` and `Trail Running` are one. */
export function sportOf(name: string): Sport {
  const plain = name
    .replace(/(?<=[a-z])(?=[A-Z])/g, '_')
    .toLowerCase()
    .replace(/[\s-]+/g, '_');
  return NOT.test(plain) ? 'other' : (NAMES.find(([pattern]) => pattern.test(plain))?.[1] ?? 'other');
}
