import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ESLint } from 'eslint';
import { lintConfig } from '../config.js';

// A small checkout with one fault per file.
const planted: Record<string, string> = {
  'apps/billing/src/fine.ts': `import { api } from '@skep/contracts';\nimport { Ctx } from '@skep/platform';\nimport { own } from './own.js';\nexport const all = [api, Ctx, own];`,
  'apps/billing/src/other-app.ts': `import { x } from '@skep/registry';\nexport const y = x;`,
  'apps/billing/src/other-app-by-path.ts': `export { x } from '../../registry/src/x.js';`,
  'apps/billing/src/other-app-later.ts': `export const x = () => import('@skep/registry');`,
  'apps/billing/src/tool-by-path.ts': `export * from '../../../tools/setup/fine.mjs';`,
  'apps/billing/src/lib-by-path.ts': `export * from '../../../libs/contracts/src/api.js';`,
  'apps/billing/src/nats.ts': `import { connect } from '@nats-io/transport-node';\nexport const c = connect;`,
  'apps/billing/src/microservices.ts': `import { Server } from '@nestjs/microservices';\nexport const s = Server;`,
  'apps/billing/src/data-source.ts': `import { DataSource } from 'typeorm';\nexport const d = DataSource;`,
  'apps/billing/src/data-source-by-namespace.ts': `import * as orm from 'typeorm';\nexport const d = orm.DataSource;`,
  'apps/billing/src/entity.ts': `import { Entity } from 'typeorm';\nexport const e = Entity;`,
  'apps/billing/src/any.ts': `export const x: any = 1;`,
  'apps/billing/src/unused.ts': `const x = 1;\nexport {};`,
  'apps/billing/src/floating.ts': `const work = async () => 1;\nwork();\nexport {};`,
  'apps/billing/src/misused.ts': `const work = async () => true;\nexport const x = () => (work() ? 1 : 2);`,
  'apps/billing/src/injected.ts': `import { Injected } from './own.js';\nexport class A { constructor(private readonly i: Injected) {}\n  get() { return this.i; } }`,
  'apps/billing/src/clock.spec.ts': `import { expect } from '@jest/globals';\nconst start = Date.now();\nexpect(Date.now() - start).toBeLessThan(500);`,
  'apps/billing/src/circle.ts': `import type { Back } from './circle-back.js';\nexport interface Circle { back?: Back }`,
  'apps/billing/src/circle-back.ts': `import type { Circle } from './circle.js';\nexport interface Back { circle?: Circle }`,
  'apps/registry/src/x.ts': 'export const x = 1;',
  'libs/contracts/src/api.ts': 'export const api = 1;',
  'libs/contracts/src/fine.ts': `import 'reflect-metadata';\nimport { IsInt } from 'class-validator';\nexport { Type } from 'class-transformer';\nexport const x = IsInt;`,
  'libs/contracts/src/io.ts': `import { readFileSync } from 'node:fs';\nexport const r = readFileSync;`,
  'libs/contracts/src/platform.ts': `export { Ctx } from '@skep/platform';`,
  'libs/contracts/src/io.spec.ts': `import { readFileSync } from 'node:fs';\nexport const r = readFileSync;`,
  'libs/contracts/test/io.ts': `import { readFileSync } from 'node:fs';\nexport const r = readFileSync;`,
  'libs/platform/src/fine.ts': `import { Server } from '@nestjs/microservices';\nimport { DataSource } from 'typeorm';\nexport const s = [Server, DataSource];`,
  'libs/platform/src/app.ts': `export { x } from '@skep/registry';`,
  'libs/testkit/src/tool.ts': `export const later = () => import('../../../tools/setup/fine.mjs');`,
  'libs/testkit/src/tool-by-url.ts': `export const later = () => import(new URL('../../../tools/setup/fine.mjs', import.meta.url).href);`,
  'tools/setup/fine.mjs': `import { join } from 'node:path';\nimport { x } from './other.mjs';\nexport const y = join(x);`,
  'tools/setup/other.mjs': `export const x = 'x';`,
  'tools/setup/package.mjs': `export { default } from 'pg';`,
  'tools/setup/own-package.mjs': `export { freePort } from '@skep/platform/free-port';`,
  'tools/setup/types.mjs': `export { z } from '../start/later.ts';`,
  'tools/start/later.ts': `import { connect } from '@nats-io/transport-node';\nimport { y } from '../setup/fine.mjs';\nexport const z = [connect, y];`,
};

let root: string;
/** The rules that the linter reports, by file. */
let found: Record<string, string[]>;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'skep-lint-'));
  for (const dir of ['apps/billing', 'apps/registry', 'libs/contracts', 'libs/platform', 'libs/testkit', 'tools'])
    plant(`${dir}/tsconfig.json`, '{ "compilerOptions": { "module": "nodenext", "strict": true }, "include": ["**/*"] }');
  for (const [file, text] of Object.entries(planted)) plant(file, `${text}\n`);
  const results = await new ESLint({ cwd: root, overrideConfigFile: true, overrideConfig: lintConfig(root) }).lintFiles('.');
  found = Object.fromEntries(
    results.map((r) => [
      r.filePath.slice(root.length + 1),
      r.messages.map((m) => (m.ruleId === 'boundaries/dependencies' ? m.message : `${m.ruleId}/${m.messageId}`)),
    ]),
  );
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

function plant(file: string, text: string): void {
  mkdirSync(join(root, dirname(file)), { recursive: true });
  writeFileSync(join(root, file), text);
}

const otherPackage = (name: string) =>
  `'${name}' is a file of another package. Import a library by its name; call another app over the bus; start a tool as a process.`;
const app = (name: string) => `'${name}' is an app, which no other package imports. Call it over the bus.`;
const platformOnly = (name: string) => `Only libs/platform imports '${name}'. Use what libs/platform exports.`;
const contracts = (name: string) =>
  `'${name}' is not allowed in contracts, which are plain classes without I/O. Use it in an app or in libs/platform.`;
const beforeInstall = (name: string) =>
  `'${name}' exists or runs only after npm ci. Import only Node and .mjs files, or run it as a process with setup/run-node.mjs.`;

test.each([
  ['apps/billing/src/fine.ts', []],
  ['apps/billing/src/other-app.ts', [app('@skep/registry')]],
  ['apps/billing/src/other-app-by-path.ts', [otherPackage('../../registry/src/x.js')]],
  ['apps/billing/src/other-app-later.ts', [app('@skep/registry')]],
  ['apps/billing/src/tool-by-path.ts', [otherPackage('../../../tools/setup/fine.mjs')]],
  ['apps/billing/src/lib-by-path.ts', [otherPackage('../../../libs/contracts/src/api.js')]],
  ['apps/billing/src/nats.ts', [platformOnly('@nats-io/transport-node')]],
  ['apps/billing/src/microservices.ts', [platformOnly('@nestjs/microservices')]],
  ['apps/billing/src/data-source.ts', ['@typescript-eslint/no-restricted-imports/importNameWithCustomMessage']],
  ['apps/billing/src/data-source-by-namespace.ts', ['@typescript-eslint/no-restricted-imports/everythingWithCustomMessage']],
  ['apps/billing/src/entity.ts', []],
  ['apps/billing/src/any.ts', ['@typescript-eslint/no-explicit-any/unexpectedAny']],
  ['apps/billing/src/unused.ts', ['@typescript-eslint/no-unused-vars/unusedVar']],
  ['apps/billing/src/floating.ts', ['@typescript-eslint/no-floating-promises/floatingVoid']],
  ['apps/billing/src/misused.ts', ['@typescript-eslint/no-misused-promises/conditional']],
  ['apps/billing/src/injected.ts', []],
  ['apps/billing/src/clock.spec.ts', ['no-restricted-syntax/restrictedSyntax']],
  ['libs/contracts/src/fine.ts', []],
  ['libs/contracts/src/io.ts', [contracts('node:fs')]],
  ['libs/contracts/src/platform.ts', [contracts('@skep/platform')]],
  ['libs/contracts/src/io.spec.ts', []],
  ['libs/contracts/test/io.ts', []],
  ['libs/platform/src/fine.ts', []],
  ['libs/platform/src/app.ts', [app('@skep/registry')]],
  ['libs/testkit/src/tool.ts', [otherPackage('../../../tools/setup/fine.mjs')]],
  ['libs/testkit/src/tool-by-url.ts', ['no-restricted-syntax/restrictedSyntax']],
  ['tools/setup/fine.mjs', []],
  ['tools/setup/package.mjs', [beforeInstall('pg')]],
  ['tools/setup/own-package.mjs', [beforeInstall('@skep/platform/free-port')]],
  ['tools/setup/types.mjs', [beforeInstall('../start/later.ts')]],
  ['tools/start/later.ts', []],
])('%s: %j', (file, expected) => {
  expect(found[file]).toEqual(expected);
});

test('imports that form a circle, also if they import only types', () => {
  const oxlint = fileURLToPath(new URL('../../../node_modules/.bin/oxlint', import.meta.url));
  const config = fileURLToPath(new URL('../oxlint.json', import.meta.url));
  const { stdout } = spawnSync(oxlint, ['--config', config, '--format', 'json'], { cwd: root, encoding: 'utf8' });
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: { code: string; filename: string }[] };
  const circles = diagnostics.map(({ code, filename }) => `${filename}: ${code}`);
  expect(circles.sort()).toEqual(['circle-back', 'circle'].map((name) => `apps/billing/src/${name}.ts: import(no-cycle)`));
});
