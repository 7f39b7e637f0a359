import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { VERBS } from '@skep/contracts/authoring';
import { REVIEW_CODES } from '@skep/contracts/portal';
import { expect, test } from '@jest/globals';
import { ROOT } from '../setup/paths.mjs';

const page = (name: string) => readFileSync(join(ROOT, 'docs/apps', `${name}.md`), 'utf8');
const build = async <T>(file: string) => (await import(pathToFileURL(join(ROOT, 'apps', file)).href)) as T;

test('each verb of the IR has a section', () => {
  const headings = [...page('ir').matchAll(/^### (.*)$/gm)].flatMap(([, heading = '']) => heading.split(', '));
  expect(Object.keys(VERBS).filter((verb) => !headings.includes(`\`${verb}\``))).toEqual([]);
});

test('each check of a submission and each code of a rejection is explained', async () => {
  const { runChecks } = await build<{ runChecks: (app: object, hasDeployed: boolean) => { name: string }[] }>(
    'developer-portal/dist/src/submission/checks.js',
  );
  const app = {
    name: '',
    short_description: '',
    description: '',
    category: '',
    functions: [],
    pricing_model: 'free',
    suspend_reason: null,
  };
  const checks = runChecks(app, false).map(({ name }) => name);
  expect(checks.length).toBeGreaterThan(5);
  expect([...checks, ...REVIEW_CODES].filter((name) => !page('review').includes(`\`${name}\``))).toEqual([]);
});
