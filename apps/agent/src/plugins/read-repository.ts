import git, { type HttpClient, type TreeEntry } from 'isomorphic-git';
import { assertSmallPack } from './assert-small-pack.js';
import { MemoryFolder } from './memory-folder.js';
import { linkIn, MANIFEST, PluginError, PluginFiles, SKILLS } from './plugin-files.js';

const LINK = '120000';

/** The files of a plugin, and the commit that they are of. */
export interface RepositoryFiles {
  commit: string;
  found: PluginFiles;
}

/**
 * Reads the newest commit of the default branch of a git repository, without its history, hooks, submodules and working files.
 * @param http fetches from the git server
 * @throws PluginError, errors of isomorphic-git, and those of `http`
 */
export async function readRepository(url: string, http: HttpClient): Promise<RepositoryFiles> {
  const folder = new MemoryFolder((path, content) => {
    if (path.endsWith('.pack')) assertSmallPack(content);
  });
  const repository = { fs: { promises: folder }, gitdir: '/git', cache: {} };
  await git.init({ ...repository, bare: true });
  await git.addRemote({ ...repository, remote: 'origin', url });
  const { fetchHead: commit } = await git.fetch({ ...repository, http, remote: 'origin', depth: 1, singleBranch: true, tags: false });
  if (!commit) throw new PluginError('The repository is empty.');
  const found = new PluginFiles();
  const read = async (oid: string, name: string): Promise<void> => {
    for (const entry of (await git.readTree({ ...repository, oid })).tree) {
      if (!name && entry.path !== MANIFEST && entry.path !== SKILLS) continue;
      await readEntry(entry, name ? `${name}/${entry.path}` : entry.path);
    }
  };
  const readEntry = async ({ type, mode, oid }: TreeEntry, path: string): Promise<void> => {
    found.enter(path);
    if (mode === LINK) throw linkIn(path);
    if (type === 'tree') await read(oid, path);
    else if (type === 'blob') found.add(path, (await git.readBlob({ ...repository, oid })).blob);
  };
  await read(commit, '');
  return { commit, found };
}
