import { expect, it } from '@jest/globals';
import { checkModules } from './check-code.js';
import { readExports } from './modules.js';

const exportsOf = (modules: Record<string, string>, path = 'main.js') => {
  const found = readExports(modules).get(path);
  return typeof found === 'string' ? found : [...(found ?? [])].sort();
};
const faults = (modules: Record<string, string>): string[] => {
  const found: string[] = [];
  checkModules(modules, readExports(modules), (code, msg) => void found.push(`${code}: ${msg}`));
  return found;
};

it('the names that a module exports are known without running it', () => {
  const text = `
    export async function a() {}
    export const b = 1, c = () => 2;
    export class D {}
    const e = 3;
    export { e, e as f };
    export default e;
    export * as all from './other.js';
    export * from './other.js';
    throw new Error('never run');`;
  const other = `export const passed = 1; export default 2; export * from './main.js';`;
  expect(exportsOf({ 'main.js': text, 'other.js': other })).toEqual(['D', 'a', 'all', 'b', 'c', 'default', 'e', 'f', 'passed']);
});

it('a text that is not JavaScript is a fault with its line and column', () => {
  expect(faults({ 'main.js': 'export const a = ;' })).toEqual([
    "invalid-module: module 'main.js': it is not JavaScript: Unexpected token (1:17)",
  ]);
  expect(faults({ 'main.js': 'const a: string = 1;' })).toEqual([
    "invalid-module: module 'main.js': it is not JavaScript: Unexpected token (1:7)",
  ]);
  expect(faults({ 'main.js': '('.repeat(100_000) })).toHaveLength(1);
});

it('only modules of the app can be imported', () => {
  const text = `import { a } from './lib/a.js'; import './missing.js'; export * from 'lodash'; import fs from 'node:fs';`;
  expect(faults({ 'main.js': text, 'lib/a.js': `import '../main.js'; export const a = 1;` })).toEqual([
    expect.stringMatching(/module 'main\.js': the app has no module '\.\/missing\.js'$/),
    expect.stringMatching(/module 'main\.js': 'lodash' cannot be imported/),
    expect.stringMatching(/module 'main\.js': 'node:fs' cannot be imported/),
  ]);
});
