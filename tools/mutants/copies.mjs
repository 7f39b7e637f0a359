import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { Fault } from '../setup/fault.mjs';
import { ROOT } from '../setup/paths.mjs';

/**
 * @typedef {object} Mutant
 * @property {string} name
 * @property {string} [library] of `libs`: the bug is planted in the copy of its build, which the copy of the app uses
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
  const copy = (name) => copyRepository(build, join(folder, name));
  const untouched = copy('sound');
  const tests = new Map(mutants.map(({ test }) => [`${test.file} ${test.name}`, test]));
  const sound = [...tests.values()].map((test) => ({ name: SOUND, test, path: join(untouched, test.file) }));
  const mutated = mutants.map((mutant, nth) => {
    const to = copy(String(nth));
    const file = join(mutant.library ? join(to, '../../../libs', mutant.library, 'dist') : to, mutant.file);
    const parts = readFileSync(file, 'utf8').split(mutant.find);
    if (parts.length !== 2)
      throw new Fault(`'${mutant.name}' can no longer be planted: ${mutant.file} holds its text ${parts.length - 1} times.`);
    writeFileSync(file, parts.join(mutant.plant));
    return { name: mutant.name, test: mutant.test, path: join(to, mutant.test.file) };
  });
  return [...sound, ...mutated];
}

/**
 * Copies the build of an app and those of the libraries, which must come from one place, to where they are in the repository: whatever
 * names a path or a package from there finds the copy, and else what is linked.
 * @returns {string} the build of the app in the copy
 */
function copyRepository(build, to) {
  const app = relative(ROOT, resolve(build, '..'));
  const packages = (folder) => readdirSync(join(ROOT, folder)).map((name) => join(folder, name));
  for (const folder of ['apps', 'libs', 'node_modules/@skep']) mkdirSync(join(to, folder), { recursive: true });
  const besides = readdirSync(ROOT).filter((name) => !existsSync(join(to, name)));
  for (const name of [...besides, ...packages('apps').filter((other) => other !== app)]) symlinkSync(join(ROOT, name), join(to, name));
  for (const name of [app, ...packages('libs')]) copyPackage(join(ROOT, name), join(to, name));
  for (const name of packages('libs')) symlinkSync(join(to, name), join(to, 'node_modules/@skep', basename(name)));
  return join(to, app, 'dist');
}

function copyPackage(from, to) {
  const filter = (file) => !/\.(map|d\.ts|tsbuildinfo)$/.test(file);
  cpSync(join(from, 'dist'), join(to, 'dist'), { recursive: true, filter });
  // Without its name, for jest finds fault with two packages of one name.
  const manifest = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8'));
  writeFileSync(join(to, 'package.json'), JSON.stringify({ ...manifest, name: undefined }));
  // Versions that are this package's alone.
  if (existsSync(join(from, 'node_modules'))) symlinkSync(join(from, 'node_modules'), join(to, 'node_modules'));
}
