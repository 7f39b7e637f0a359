import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { Fault } from '../setup/fault.mjs';
import { ROOT } from '../setup/paths.mjs';

/** A bug to plant. */
export interface Mutant {
  name: string;
  /** The library of `libs` that contains the file; without it, the app does. */
  library?: string;
  /** Path in the build, such as `src/hold/batcher.js`. */
  file: string;
  /** Text that occurs once in the file. */
  find: string;
  /** The text that replaces it. */
  plant: string;
  /** The test that must detect the bug: its file in the build, and its title. */
  test: { file: string; name: string };
}

export interface Copy {
  name: string;
  test: Mutant['test'];
  /** The test's file in the copy. */
  path: string;
}

/** The name of the copy without a bug, in which every test must pass. */
export const SOUND = 'without a bug';

/** Copies a build once per bug, with the bug in it, and once unchanged. @throws Fault naming a bug whose text is not found once */
export function plant(mutants: Mutant[], { build, folder }: { build: string; folder: string }): Copy[] {
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const copy = (name: string) => copyRepository(build, join(folder, name));
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
 * Copies the builds of an app, or of the testkit, and of all libraries to the same paths in another folder, and links the rest of the repository. Imports
 * by path or package name then resolve to the copies, so that each library is loaded once.
 * @returns the build of the app in the copy
 */
function copyRepository(build: string, to: string): string {
  const app = relative(ROOT, resolve(build, '..'));
  const packages = (folder: string) => readdirSync(join(ROOT, folder)).map((name) => join(folder, name));
  for (const folder of ['apps', 'libs', 'node_modules/@skep']) mkdirSync(join(to, folder), { recursive: true });
  const others = readdirSync(ROOT).filter((name) => !existsSync(join(to, name)));
  for (const name of [...others, ...packages('apps').filter((other) => other !== app)]) symlinkSync(join(ROOT, name), join(to, name));
  for (const name of new Set([app, ...packages('libs')])) copyPackage(join(ROOT, name), join(to, name));
  for (const name of packages('libs')) symlinkSync(join(to, name), join(to, 'node_modules/@skep', basename(name)));
  return join(to, app, 'dist');
}

// Without schema.txt: a bug planted in SQL has to be detected by its test, not by the comparison of schemas at the start.
function copyPackage(from: string, to: string): void {
  const filter = (file: string) => !/\.(map|d\.ts|tsbuildinfo)$/.test(file);
  cpSync(join(from, 'dist'), join(to, 'dist'), { recursive: true, filter });
  // Without its name: jest warns about two packages with one name.
  const manifest = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8')) as object;
  writeFileSync(join(to, 'package.json'), JSON.stringify({ ...manifest, name: undefined }));
  // Dependencies in versions that only this package uses.
  if (existsSync(join(from, 'node_modules'))) symlinkSync(join(from, 'node_modules'), join(to, 'node_modules'));
}
