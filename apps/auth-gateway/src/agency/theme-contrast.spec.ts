import { type Fault, Problem } from '@skep/contracts';
import { AgencyTheme } from '@skep/contracts/auth';
import { expect, it } from '@jest/globals';
import { assertReadable } from './theme-contrast.js';

const faultsOf = (colours: Partial<AgencyTheme>): Fault[] => {
  try {
    assertReadable(Object.assign(new AgencyTheme(), colours));
    return [];
  } catch (error) {
    if (error instanceof Problem) return error.body.detail as Fault[];
    throw error;
  }
};

it('accepts the default theme', () => {
  expect(faultsOf({})).toEqual([]);
});

it.each([
  ['foreground_light', 'background_light'],
  ['foreground_dark', 'background_dark'],
  ['surface_foreground_light', 'surface_light'],
  ['surface_foreground_dark', 'surface_dark'],
  ['primary_foreground_light', 'primary_light'],
  ['primary_foreground_dark', 'primary_dark'],
  ['accent_foreground_light', 'accent_light'],
  ['accent_foreground_dark', 'accent_dark'],
  ['muted_foreground_light', 'muted_light'],
  ['muted_foreground_dark', 'muted_dark'],
  ['danger_foreground_light', 'danger_light'],
  ['danger_foreground_dark', 'danger_dark'],
] as const)('names %s and %s when their contrast is below 4.5 to 1', (text, on) => {
  // 4.54 and 4.48 to 1 on white, the nearest greys on either side of the limit.
  expect(faultsOf({ [text]: '#767676', [on]: '#ffffff' })).toEqual([]);
  const [fault, ...rest] = faultsOf({ [text]: '#777777', [on]: '#FFFFFF' });
  expect([fault?.loc, fault?.type, rest]).toEqual([[text], 'contrast', []]);
  expect(fault?.msg).toContain(`4.48 to 1 with ${on}`);
});

it('does not compare lines with anything', () => {
  expect(faultsOf({ border_light: '#ffffff', border_dark: '#111318' })).toEqual([]);
});
