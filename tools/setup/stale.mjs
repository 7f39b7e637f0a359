import { existsSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/**
 * Removes compiled files without a source. tsc keeps them, the build cache restores them, and a removed test would still run.
 * @param {string} root the checkout
 * @returns {string[]} the removed files, relative to the root
 */
export function removeStaleOutput(root) {
  const removed = [];
  for (const dist of ['apps', 'libs'].flatMap((group) => packageFolders(join(root, group))).map((dir) => join(dir, 'dist'))) {
    for (const file of filesUnder(dist)) {
      // Not compiled by tsc: the bundles of the web app.
      if (relative(dist, file).startsWith('static')) continue;
      const source = relative(dist, file).replace(/\.(d\.ts|js\.map|js)$/, '');
      if (['.ts', '.tsx'].some((ending) => existsSync(join(dirname(dist), source + ending)))) continue;
      if (!/\.(d\.ts|js\.map|js)$/.test(file)) continue;
      rmSync(file);
      removed.push(relative(root, file));
    }
  }
  return removed;
}

/** @param {string} group */
function packageFolders(group) {
  return existsSync(group) ? readdirSync(group).map((name) => join(group, name)) : [];
}

/**
 * @param {string} dir
 * @returns {string[]}
 */
function filesUnder(dir) {
  if (!existsSync(dir)) return [];
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const path = join(dir, entry.name);
    return entry.isDirectory() ? filesUnder(path) : [path];
  });
}
