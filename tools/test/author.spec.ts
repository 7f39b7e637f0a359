import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { bundleModules } from '../author/bundle.ts';
import { readAppFolder } from '../author/folder.ts';
import { initApp } from '../author/init.ts';
import { placeIn } from '../author/place.ts';
import { traceText } from '../cli/trace-text.ts';
import { findTypeFaults } from '../author/types.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'skep-author-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(files: Record<string, string | object>): void {
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), typeof content === 'string' ? content : JSON.stringify(content));
  }
}
const app = (more: object = {}) => ({ ir_version: '1.0', app: { id: 'links', version: '1.0.0', title: 'Links', ...more } });
const code = (module: string, entry = 'run') => ({ name: 'run', impl: { kind: 'code', module, entry } });

describe('the place of a value', () => {
  const json = '{\n\t"app": {\n    "functions": [\n      { "name": "a", "é.b": 1 },\n      { "name": "c" } ]\n  }\n}';

  test.each([
    ['app.functions.1.name', 5, 17],
    ['app.functions.0', 4, 7],
    ['app.functions.7.name', 3, 18],
    ['app.nothing', 2, 9],
    ['', 1, 1],
  ])('%s', (path, line, column) => {
    expect(placeIn(json, path)).toEqual({ line, column });
  });
});

describe('the folder of an app', () => {
  test('has the IR, the manifest completed from it, and settings', () => {
    write({ 'app.json': app(), 'manifest.json': { webhooks: [] }, 'skep.json': { category: 'finance' } });
    expect(readAppFolder(folder)).toEqual({
      ...{ path: folder, id: 'links', version: '1.0.0', ir: app(), settings: { category: 'finance' } },
      manifest: { app_id: 'links', version: '1.0.0', webhooks: [] },
    });
  });

  test.each<[string, Record<string, string | object>, RegExp]>([
    ['app.json is missing', {}, /has no app\.json\. Create an app with: npm run skep -- app init NAME$/],
    ['app.json is no JSON', { 'app.json': '{\n  "app": }\n' }, /^app\.json:2:10: Value expected$/],
    ['app.json is a list', { 'app.json': '[]' }, /^app\.json must contain an object\.$/],
    ['the app has no id', { 'app.json': { app: {} } }, /^app\.json must have an object 'app' with an 'id'\./],
    ['a setting is unknown', { 'app.json': app(), 'skep.json': { sever: 'x' } }, /^skep\.json: unknown key 'sever'\. It has server, /],
  ])('is refused if %s', (_, files, message) => {
    write(files);
    expect(() => readAppFolder(folder)).toThrow(message);
  });
});

describe('the modules of an app', () => {
  test('are bundled from TypeScript or JavaScript, with what they import, also of packages', async () => {
    write({
      'app.json': app({
        functions: [code('main.js'), code('jobs/tidy.js')],
        ui: { panels: [{ render: { kind: 'code', module: 'main.js' } }] },
      }),
      'src/main.ts': `import type { Ctx } from '@skep/app';\nimport { twice } from './lib/twice.ts';\nimport three from 'three';\nexport const run = async (ctx: Ctx) => twice(three as number);`,
      'src/lib/twice.ts': 'export const twice = (n: number): number => 2 * n;',
      'src/jobs/tidy.js': 'export const run = async () => 7;',
      'node_modules/three/package.json': { name: 'three', main: 'index.js' },
      'node_modules/three/index.js': 'module.exports = 3;',
    });
    const { modules, faults } = await bundleModules(readAppFolder(folder));
    expect([faults, Object.keys(modules).sort()]).toEqual([[], ['jobs/tidy.js', 'main.js']]);
    const { run } = (await import(`data:text/javascript,${encodeURIComponent(modules['main.js'] ?? '')}`)) as {
      run: () => Promise<number>;
    };
    expect(await run()).toBe(6);
  });

  test.each<[string, Record<string, string>, object]>([
    ['a mistake in the syntax', { 'src/main.ts': 'export const run = (\n  => 1;' }, { file: 'src/main.ts', line: 2, column: 3 }],
    ['an unknown import', { 'src/main.ts': "\nimport 'node:fs';" }, { file: 'src/main.ts', line: 2, column: 8 }],
    ['no source', {}, { file: 'src/main.ts', message: "does not exist, but app.json names the module 'main.js'" }],
  ])('with %s are not made, and the author reads where', async (_, files, fault) => {
    write({ 'app.json': app({ functions: [code('main.js')] }), ...files });
    expect(await bundleModules(readAppFolder(folder))).toEqual({ modules: {}, faults: [expect.objectContaining(fault)] });
  });
});

describe('a new app', () => {
  test.each(['declarative', 'code', 'panel', 'schedule', 'http-api'])(
    'of the template %s is complete, and its types are right',
    async (template) => {
      const path = initApp(join(folder, 'my-app'), template);
      const { id, ir, manifest } = readAppFolder(path);
      expect([id, manifest['app_id'], ir.app['title']]).toEqual(['my-app', 'my-app', 'my-app']);
      expect(readFileSync(join(path, 'app.json'), 'utf8')).not.toContain('APP_ID');
      expect((await bundleModules(readAppFolder(path))).faults).toEqual([]);
      expect(await findTypeFaults({ path })).toEqual([]);
    },
  );

  test('has its types checked', async () => {
    const path = initApp(join(folder, 'typed'), 'code');
    writeFileSync(join(path, 'src/words.ts'), 'export const wordsIn = (text: string): number => text;\n');
    expect(await findTypeFaults({ path })).toEqual([
      { file: 'src/words.ts', line: 1, column: 50, message: "Type 'string' is not assignable to type 'number'." },
    ]);
  });

  test('needs a free folder, a name that can be an id, and a known template', () => {
    initApp(join(folder, 'links'));
    expect(() => initApp(join(folder, 'links'))).toThrow(/links exists already\. Choose another name\.$/);
    expect(() => initApp(join(folder, 'My App'))).toThrow(/^'My App' cannot be the id of an app/);
    expect(() => initApp(join(folder, 'panels'), 'panels')).toThrow(/^Unknown template 'panels'\. Did you mean 'panel'\?/);
  });
});

test('a trace is shown as a tree, with times and the cost of all', () => {
  const part = (kind: string, name: string, depth: number, more = {}) => ({
    ...{ kind, name, depth, status: null, ended_at: null, credits: null, tokens: null, text: null },
    ...{ started_at: '2030-01-31T08:00:00.000Z', ...more },
  });
  const parts = [
    part('call', 'notes.a', 0, { status: 'success', ended_at: '2030-01-31T08:00:00.009Z', credits: 2 }),
    part('model', 'own small', 1, { started_at: '2030-01-31T08:00:00.004Z', ended_at: '2030-01-31T08:00:00.007Z', tokens: 30 }),
    part('call', 'notes.c', 1, { status: 'failed', text: 'No.' }),
  ];
  const trace = {
    trace_id: 't1',
    started_at: parts[0]!.started_at,
    credits: 2,
    tokens: 30,
    parts,
    missing: ['coach'],
    is_truncated: false,
  };
  expect(traceText(trace as unknown as Parameters<typeof traceText>[0])).toBe(
    [
      't1: 2 calls, 2 credits, 30 tokens',
      'call notes.a  success, +0 ms, 9 ms, 2 credits',
      '  model own small  +4 ms, 3 ms, 30 tokens',
      '  call notes.c  failed, +0 ms',
      '    No.',
      'These services did not answer, so their parts are missing: coach.',
    ].join('\n'),
  );
});
