const fault = (code: string, path: string) => Object.assign(new Error(`${code}: ${path}`), { code });

/**
 * The folder of a git repository, in memory: what a server calls its branches reaches no file of the server. Only what isomorphic-git uses of `fs.promises`.
 */
export class MemoryFolder {
  private readonly files = new Map<string, Buffer>();

  /** @param check is shown each file before it is kept, and throws if it may not be */
  constructor(private readonly check: (path: string, content: Buffer) => void) {}

  async readFile(path: string, options?: string | { encoding?: string }): Promise<Buffer | string> {
    const content = this.files.get(path);
    if (!content) throw fault('ENOENT', path);
    const encoding = typeof options === 'string' ? options : options?.encoding;
    return Promise.resolve(encoding ? content.toString() : content);
  }

  async writeFile(path: string, content: string | Uint8Array): Promise<void> {
    const bytes = typeof content === 'string' ? Buffer.from(content) : Buffer.from(content.buffer, content.byteOffset, content.byteLength);
    this.check(path, bytes);
    this.files.set(path, bytes);
    return Promise.resolve();
  }

  async unlink(path: string): Promise<void> {
    if (!this.files.delete(path)) throw fault('ENOENT', path);
    return Promise.resolve();
  }

  async readdir(path: string): Promise<string[]> {
    const names = Array.from(this.files.keys(), (each) => (each.startsWith(`${path}/`) ? each.slice(path.length + 1).split('/')[0]! : ''));
    return Promise.resolve([...new Set(names)].filter(Boolean));
  }

  async stat(path: string) {
    const content = this.files.get(path);
    const isDirectory = !content && (await this.readdir(path)).length > 0;
    if (!content && !isDirectory) throw fault('ENOENT', path);
    const times = { mtimeMs: 0, ctimeMs: 0, ino: 0, uid: 0, gid: 0, dev: 0, mode: 0 };
    return {
      ...times,
      size: content?.length ?? 0,
      isFile: () => !isDirectory,
      isDirectory: () => isDirectory,
      isSymbolicLink: () => false,
    };
  }

  lstat(path: string) {
    return this.stat(path);
  }

  /** A folder is there once it has a file. */
  mkdir(): Promise<void> {
    return Promise.resolve();
  }

  rmdir(): Promise<void> {
    return Promise.resolve();
  }

  readlink(path: string): Promise<string> {
    return Promise.reject(fault('EINVAL', path));
  }

  symlink(path: string): Promise<void> {
    return Promise.reject(fault('EPERM', path));
  }
}
