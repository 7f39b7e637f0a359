import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { type Hashes, migrationFaults, readHashes } from '../generate/migrations.ts';
import { ROOT } from '../setup/paths.mjs';

const frozen = { registry: { Baseline1: 'a', Panels2: 'b' } };

test('the migrations that databases have are as they were', async () => {
  const released = JSON.parse(readFileSync(join(ROOT, 'deploy/migrations.json'), 'utf8')) as Hashes;
  expect(Object.keys(released)).toHaveLength(14);
  expect(migrationFaults(released, await readHashes())).toEqual([]);
});

test('a new migration is accepted after the others', () => {
  expect(migrationFaults(frozen, { registry: { ...frozen.registry, Icons3: 'c' }, new: { Baseline1: 'd' } })).toEqual([]);
});

test.each<[string, Hashes, RegExp]>([
  ['changed', { registry: { Baseline1: 'a', Panels2: 'x' } }, /Panels2 of registry was changed, .* write a new migration instead/],
  ['removed', { registry: { Baseline1: 'a' } }, /Panels2 of registry was removed or renamed, .*: restore it/],
  ['preceded by a new one', { registry: { Baseline1: 'a', Icons3: 'c', Panels2: 'b' } }, /Panels2 .* comes after Icons3, which is newer/],
])('a migration must not be %s', (_, current, fault) => {
  expect(migrationFaults(frozen, current)).toEqual([expect.stringMatching(fault)]);
});
