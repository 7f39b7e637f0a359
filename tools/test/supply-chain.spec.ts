import { describe, expect, it } from '@jest/globals';
import { isAllowed, licenceFaults } from '../supply-chain/licences.ts';
import { unpinnedActions } from '../supply-chain/workflows.ts';

describe('licences', () => {
  it.each([
    ['MIT', true],
    ['(MPL-2.0 OR Apache-2.0)', true],
    ['(MIT AND Zlib)', true],
    ['(GPL-3.0-only OR MIT)', true],
    ['GPL-3.0-only', false],
    ['(MIT AND GPL-3.0-only)', false],
    ['SEE LICENSE IN LICENSE.txt', false],
    ['', false],
  ])('%s may be distributed: %s', (expression, allowed) => {
    expect(isAllowed(expression)).toBe(allowed);
  });

  it('are asked of the parts of others, and not of ours', () => {
    const of = (name: string, id?: string) => ({
      name,
      version: '1.0.0',
      purl: `pkg:npm/${name}@1.0.0`,
      ...(id && { licenses: [{ license: { id } }] }),
    });
    const ours = { ...of('kernel'), purl: 'pkg:npm/%40skep/kernel@1.0.0' };
    expect(licenceFaults([of('good', 'MIT'), of('bad', 'AGPL-3.0-only'), of('unknown'), ours])).toEqual([
      'bad 1.0.0: AGPL-3.0-only',
      'unknown 1.0.0: no licence',
    ]);
  });
});

it('an action is named by its commit, so that no one can change what a workflow runs', () => {
  const text = `steps:\n  - uses: actions/checkout@v4\n  - name: x\n    uses: actions/cache@${'a'.repeat(40)} # v4.2.3\n  - uses: ./here\n`;
  expect(unpinnedActions({ name: 'ci.yml', text })).toEqual(['ci.yml: actions/checkout@v4 is not named by its commit']);
});
