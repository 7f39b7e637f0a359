import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { Fault } from '../setup/fault.mjs';
import { ROOT } from '../setup/paths.mjs';

/**
 * @typedef {object} Mutant
 * @property {string} name
 * @property {string} [library] the library of `libs` that contains the file; without it, the app does
 * @property {string} file path in the build, such as `src/hold/batcher.js`
 * @property {string} find text that occurs once in the file
 * @property {string} plant the text that replaces it
 * @property {{ file: string, name: string }} test the test that must detect the bug: its file in the build, and its title
 *
 * @typedef {{ name: string, test: Mutant['test'], path: string }} Copy path: the test's file in the copy
 */

/** The name of the copy without a bug, in which every test must pass. */
export const SOUND = 'without a bug';

/**
 * Copies a build once per bug, with the bug in it, and once unchanged.
 * @param {Mutant[]} mutants
 * @param {{ build: string, folder: string }} where
 * @returns {Copy[]} @throws Fault naming a bug whose text is not found once
 */
export function plant(mutants, { build, folder }) {
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const copy = (name) => copyRepository(build, join(folder, name));
  const untouched = copy('sound');
  const tests = new Map(mutants.map(({ test }) => [`${test.file} ${test.name}`, test]));
  const sound = [...tests.values()].map((test) => ({ name: SOUND, test, path: join(untouched, test.file) }));
  const mutated = mutants.map((mutant, index) => {
    const to = copy(String(index));
    const file = join(mutant.library ? join(to, '../../../libs', mutant.library, 'dist') : to, mutant.file);
    const parts = readFileSync(file, 'utf8').split(mutant.find);
    if (parts.length !== 2)
      throw new Fault(`Cannot plant '${mutant.name}': its text occurs ${parts.length - 1} times in ${mutant.file}, not once.`);
    writeFileSync(file, parts.join(mutant.plant));
    return { name: mutant.name, test: mutant.test, path: join(to, mutant.test.file) };
  });
  return [...sound, ...mutated];
}

/**
 * Copies the builds of an app and of all libraries to the same paths in another folder, and links the rest of the repository. Imports
 * by path or package name then resolve to the copies, so that each library is loaded once.
 * @returns {string} the build of the app in the copy
 */
function copyRepository(build, to) {
  const app = relative(ROOT, resolve(build, '..'));
  const packages = (folder) => readdirSync(join(ROOT, folder)).map((name) => join(folder, name));
  for (const folder of ['apps', 'libs', 'node_modules/@skep']) mkdirSync(join(to, folder), { recursive: true });
  const others = readdirSync(ROOT).filter((name) => !existsSync(join(to, name)));
  for (const name of [...others, ...packages('apps').filter((other) => other !== app)]) symlinkSync(join(ROOT, name), join(to, name));
  for (const name of [app, ...packages('libs')]) copyPackage(join(ROOT, name), join(to, name));
  for (const name of packages('libs')) symlinkSync(join(to, name), join(to, 'node_modules/@skep', basename(name)));
  return join(to, app, 'dist');
}

function copyPackage(from, to) {
  const filter = (file) => !/\.(map|d\.ts|tsbuildinfo)$/.test(file);
  cpSync(join(from, 'dist'), join(to, 'dist'), { recursive: true, filter });
  // Without its name: jest warns about two packages with one name.
  const manifest = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8'));
  writeFileSync(join(to, 'package.json'), JSON.stringify({ ...manifest, name: undefined }));
  // Dependencies in versions that only this package uses.
  if (existsSync(join(from, 'node_modules'))) symlinkSync(join(from, 'node_modules'), join(to, 'node_modules'));
}
