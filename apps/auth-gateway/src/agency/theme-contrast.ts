import { type Fault, InvalidInput } from '@skep/contracts';
import { AgencyTheme } from '@skep/contracts/auth';
import Color from 'color';

/** The least contrast of text in WCAG 2.2, level AA. */
const MIN_CONTRAST = 4.5;

const COLOURS = Object.keys(new AgencyTheme()) as (keyof AgencyTheme)[];
const IS_TEXT = /(^|_)foreground_/;
/** Each colour of text with the one that it stands on: `primary_foreground_dark` on `primary_dark`, `foreground_dark` on `background_dark`. */
const PAIRS = COLOURS.filter((name) => IS_TEXT.test(name)).map((text) => {
  const on = text.startsWith('foreground_') ? text.replace('foreground', 'background') : text.replace('_foreground', '');
  return [text, on as keyof AgencyTheme] as const;
});

/** @throws Problem `invalid_input` with a fault for each pair of colours that is hard to read */
export function assertReadable(theme: AgencyTheme): void {
  const faults = PAIRS.flatMap(([text, on]): Fault[] => {
    const contrast = Color(theme[text]).contrast(Color(theme[on]));
    if (contrast >= MIN_CONTRAST) return [];
    const msg = `has a contrast of ${contrast.toFixed(2)} to 1 with ${on}; it needs ${MIN_CONTRAST} to 1 (WCAG AA)`;
    return [{ loc: [text], msg: `${text} ${msg}`, type: 'contrast' }];
  });
  if (faults.length) throw InvalidInput(faults);
}
