import { describe, expect, it } from '@jest/globals';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { readFile } from 'node:fs/promises';
import { schemaOf } from '@skep/contracts';
import { openApi } from '../src/openapi/document.js';
import { routes } from '../src/routes/index.js';

const committed = new URL('../../../../openapi.json', import.meta.url);
const document = openApi(routes);

describe('the public contract', () => {
  it('is the one that was reviewed: run `npm run openapi` and look at the difference', async () => {
    expect(JSON.parse(await readFile(committed, 'utf8'))).toEqual(JSON.parse(JSON.stringify(document)));
  });

  it('passes a linter, which does find planted faults', async () => {
    const config = await createConfig({ extends: ['recommended'] });
    const lint = async (doc: object) =>
      (await lintFromString({ source: JSON.stringify(doc), absoluteRef: 'openapi.json', config })).map(
        ({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer ?? ''}`,
      );
    expect(await lint(document)).toEqual([]);
    expect(await lint({ ...document, paths: { '/x': { get: { responses: {} } } } })).not.toEqual([]);
  });

  it('has one route a method and path, and each path names fields of its input', () => {
    const lines = routes.map(({ method, path }) => `${method} ${path}`);
    expect(new Set(lines).size).toBe(lines.length);
    for (const { path, operation } of routes) {
      const { properties } = schemaOf(operation.input) as { properties: object };
      for (const [, name] of path.matchAll(/\{(\w+)\}/g)) expect(Object.keys(properties)).toContain(name);
    }
  });
});
