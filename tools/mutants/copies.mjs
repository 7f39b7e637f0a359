import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../setup/fault.mjs';
import { ROOT } from '../setup/paths.mjs';

/**
 * @typedef {object} Mutant
 * @property {string} name
 * @property {string} [library] of `libs`: the bug is planted in a copy of its build, which the copy of the app uses
 * @property {string} file in the build, such as `src/hold/batcher.js`
 * @property {string} find text that the file holds once
 * @property {string} plant what stands there instead
 * @property {{ file: string, name: string }} test which must find it: its file in the build, and its own title
 *
 * @typedef {{ name: string, test: Mutant['test'], path: string }} Copy path: the test's file in the copy
 */

/** The name of the copy in which every test must pass. */
export const SOUND = 'without a bug';

/**
 * Makes a copy of a build for each bug, and one as it is.
 * @param {Mutant[]} mutants
 * @param {{ build: string, folder: string }} where
 * @returns {Copy[]} @throws Fault naming a bug which no longer fits the code
 */
export function plant(mutants, { build, folder }) {
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const copy = (name) => {
    const to = join(folder, name);
    cpSync(build, to, { recursive: true, filter: (file) => !/\.(map|d\.ts|tsbuildinfo)$/.test(file) });
    // Versions that are this app's alone.
    const own = join(build, '../node_modules');
    const packages = existsSync(own) ? readdirSync(own) : [];
    mkdirSync(join(to, 'node_modules'));
    for (const name of packages) symlinkSync(join(own, name), join(to, 'node_modules', name));
    return to;
  };
  const untouched = copy('sound');
  const tests = new Map(mutants.map(({ test }) => [`${test.file} ${test.name}`, test]));
  const sound = [...tests.values()].map((test) => ({ name: SOUND, test, path: join(untouched, test.file) }));
  const mutated = mutants.map((mutant, nth) => {
    const to = copy(String(nth));
    const file = join(mutant.library ? copyLibrary(mutant.library, to) : to, mutant.file);
    const parts = readFileSync(file, 'utf8').split(mutant.find);
    if (parts.length !== 2)
      throw new Fault(`'${mutant.name}' can no longer be planted: ${mutant.file} holds its text ${parts.length - 1} times.`);
    writeFileSync(file, parts.join(mutant.plant));
    return { name: mutant.name, test: mutant.test, path: join(to, mutant.test.file) };
  });
  return [...sound, ...mutated];
}

/** Copies the build of a library to where a copied app finds it before the one in the repository, and answers where that is. */
function copyLibrary(library, app) {
  const from = join(ROOT, 'libs', library);
  const to = join(app, 'node_modules/@skep', library);
  cpSync(join(from, 'dist'), join(to, 'dist'), { recursive: true });
  cpSync(join(from, 'package.json'), join(to, 'package.json'));
  return join(to, 'dist');
}
