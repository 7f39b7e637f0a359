import { describe, expect, it } from '@jest/globals';
import { CommaList } from './comma-list.js';
import { Optional } from './fields.js';
import type { Problem } from './problem.js';
import { read } from './read.js';

const positive = (text: string) => {
  if (!/^[1-9]\d*$/.test(text)) throw new Error('must be a positive number');
  return Number(text);
};

class Settings {
  @Optional() @CommaList() NAMES?: string[];
  @CommaList({ entry: positive }) SIZES: number[] = [];
}

const faultsOf = (json: object): unknown => {
  try {
    read(Settings, json);
  } catch (error) {
    return (error as Problem).body.detail;
  }
  return undefined;
};

describe('a comma-separated setting', () => {
  it('is read as a list of checked entries, and may be left out', () => {
    expect(read(Settings, { NAMES: 'a, b', SIZES: '1,20' })).toEqual({ NAMES: ['a', 'b'], SIZES: [1, 20] });
    expect(read(Settings, {})).toEqual({ SIZES: [] });
  });

  it.each(['a,', ',a', 'a,,b', ',', ' '])('with an empty entry, as in "%s", is refused', (NAMES) => {
    expect(faultsOf({ NAMES })).toEqual([{ loc: ['NAMES'], msg: expect.stringContaining(' is empty'), type: 'is_comma_list' }]);
  });

  it('is refused with a sentence for each fault, without the entries themselves', () => {
    expect(faultsOf({ SIZES: '1,x,1' })).toEqual([
      { loc: ['SIZES'], msg: 'entry 2 must be a positive number; entry 3 repeats an earlier one', type: 'is_comma_list' },
    ]);
  });
});
