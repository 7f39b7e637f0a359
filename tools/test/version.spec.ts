import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { checkVersion, type Version } from '../start/version.ts';

let data: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'skep-version-'));
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

const read = () => JSON.parse(readFileSync(join(data, 'version.json'), 'utf8')) as Version;

test('the data folder carries the release, the time of its creation, and that of the last start', () => {
  const { save } = checkVersion(data, '0.9.0');
  expect(readdirSync(data)).toEqual([]);
  save();
  const first = read();
  expect(first).toEqual({ release: '0.9.0', created_at: first.started_at, started_at: expect.stringMatching(/^20.*Z$/) });
  checkVersion(data, '0.10.0').save();
  expect(read()).toMatchObject({ release: '0.10.0', created_at: first.created_at });
});

test('data of a newer release is refused, and stays as it is', () => {
  checkVersion(data, '0.10.0').save();
  const before = read();
  expect(() => checkVersion(data, '0.9.1')).toThrow(
    /^The data in .* was used by release 0\.10\.0, and this is release 0\.9\.1\. Start release 0\.10\.0 or a newer one, or restore a backup/,
  );
  expect(read()).toEqual(before);
});

test('data without a version is refused, and so is a damaged version', () => {
  writeFileSync(join(data, 'secrets.env'), '');
  expect(() => checkVersion(data)).toThrow(/is older than release 0\.1\.0, .* Move the folder away .*, or set SKEP_DATA/);
  writeFileSync(join(data, 'version.json'), '{"rel');
  expect(() => checkVersion(data)).toThrow(/version\.json is damaged\. Restore it from a backup/);
});
