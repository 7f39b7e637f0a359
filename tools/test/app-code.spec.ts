import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Skep, startSkep, type TestUser } from '@skep/testkit';
import { startAuthorCommand } from './author-command.ts';

let skep: Skep;
let ada: TestUser;
let folder: string;
beforeAll(async () => {
  skep = await startSkep();
  ada = await skep.signUpUser();
  folder = mkdtempSync(join(tmpdir(), 'skep-code-'));
  await run(['register', 'Ada']);
  await skep.infra.query('developer-portal', `update developer set tier = 'partner'`);
});
afterAll(async () => {
  await skep?.close();
  rmSync(folder, { recursive: true, force: true });
});

const run = (line: string[]) => startAuthorCommand(folder, ['app', ...line], { SKEP_URL: skep.url, SKEP_TOKEN: ada.access }).ended;

test.each(['code', 'panel', 'schedule', 'http-api'])('the template %s passes its own tests', async (template) => {
  const name = `a-${template}`;
  await run(['init', name, '--template', template]);
  const { code, printed } = await run(['test', name]);
  expect([code, printed]).toEqual([0, expect.stringMatching(/\d passed, 0 failed$/)]);
});

test('what code logs is shown', async () => {
  await run(['init', 'logging', '--template', 'code']);
  await run(['test', 'logging']);
  expect((await run(['logs', 'logging'])).printed).toMatch(/ info {2}count_words \S+: counted \{"words":3\}/);
  expect((await run(['logs', 'logging', '--level', 'error'])).printed).toBe('');
});

test('an error names the author’s file and line', async () => {
  await run(['init', 'failing', '--template', 'code']);
  const source = join(folder, 'failing/src/words.ts');
  writeFileSync(source, `${readFileSync(source, 'utf8').replace('text.split', '(null as unknown as string).split')}`);
  const { code, printed } = await run(['test', 'failing']);
  expect([code, printed]).toEqual([1, expect.stringContaining('(src/words.ts:2:')]);
});
