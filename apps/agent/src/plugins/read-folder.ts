import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { linkIn, MANIFEST, PLUGIN_BYTES_MAX, PluginError, PluginFiles, SKILLS } from './plugin-files.js';

/**
 * The files of a plugin in a folder of the server.
 * @param root where plugins may lie @param path below `root`
 * @throws PluginError
 */
export async function readFolder(root: string, path: string): Promise<PluginFiles> {
  const allowed = await realpath(root);
  const folder = await realpath(resolve(allowed, path)).catch(() => undefined);
  if (!folder?.startsWith(allowed + sep)) throw new PluginError('Send a folder below SKEP_PLUGIN_FOLDER.');
  const found = new PluginFiles();
  const read = async (name: string): Promise<void> => {
    for (const entry of (await readdir(join(folder, name), { withFileTypes: true })).toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const below = name ? `${name}/${entry.name}` : entry.name;
      if (!name && entry.name !== MANIFEST && entry.name !== SKILLS) continue;
      found.enter(below);
      if (entry.isSymbolicLink()) throw linkIn(below);
      if (entry.isDirectory()) await read(below);
      else if (entry.isFile()) found.add(below, await readSmall(join(folder, below)));
    }
  };
  await read('');
  return found;
}

async function readSmall(path: string): Promise<Buffer> {
  if ((await stat(path)).size > PLUGIN_BYTES_MAX) throw new PluginError(`The plugin is larger than ${PLUGIN_BYTES_MAX} bytes.`);
  return readFile(path);
}
