import type { IrFault, Loc } from './ir-fault.js';
import { isObject } from './ir.js';

type Part = Record<string, unknown>;
const EMPTY = { kind: 'declarative', steps: [] };

/** The parts of an envelope, innermost first, each with harmless values of the keys that it needs. */
const PARTS: readonly [place: RegExp, required: (name: string, appId: string) => Part][] = [
  [/^app\/.*?\/steps\/\d+/, (id) => ({ id, op: 'respond', args: {} })],
  [/^app\/functions\/\d+/, (name) => ({ name, impl: EMPTY })],
  [/^app\/ui\/panels\/\d+/, (panel_id) => ({ panel_id, slot: 'center', render: { kind: 'static' } })],
  [/^app\/skeleton\/\d+/, (section) => ({ section, producer: EMPTY })],
  [/^app/, (title, id) => ({ id, version: '0.0.0', title })],
  [/^/, () => ({ ir_version: '1.0' })],
];

/**
 * An envelope without its faults of structure, so that everything else is checked in the same go: an unknown key is left out, and so is a key with
 * a fault, for which a harmless value stands in where it is required.
 */
export const withStandIns = (envelope: unknown, faults: readonly IrFault[], appId: string): unknown =>
  faults.reduce((repaired, { code, loc }) => {
    if (code === 'unknown-key') return changeAt(repaired, loc.slice(0, -1), (parent) => without(parent, loc.at(-1)));
    const [place, required] = PARTS.find(([pattern]) => pattern.test(loc.join('/')))!;
    const path = loc.slice(0, place.exec(loc.join('/'))![0].split('/').filter(Boolean).length);
    return changeAt(repaired, path, (part) => {
      const needed = required(`unnamed_${path.at(-1)}`, appId);
      const rest = without(part, loc[path.length]);
      // Without a part of its condition a step cannot continue.
      return rest['op'] === 'conditional' ? { ...needed, ...(rest['id'] !== undefined && { id: rest['id'] }) } : { ...needed, ...rest };
    });
  }, envelope);

function without(part: unknown, key: string | number | undefined): Part {
  const { [String(key)]: _, ...rest } = isObject(part) ? (part as Part) : {};
  return rest;
}

function changeAt(whole: unknown, [key, ...rest]: Loc, change: (part: unknown) => unknown): unknown {
  if (key === undefined) return change(whole);
  if (Array.isArray(whole)) return whole.map((item: unknown, i) => (i === key ? changeAt(item, rest, change) : item));
  return isObject(whole) ? { ...whole, [key]: changeAt(whole[key], rest, change) } : whole;
}
