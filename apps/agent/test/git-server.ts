import git, { type TreeEntry } from 'isomorphic-git';
import { mkdtempSync, rmSync } from 'node:fs';
import fs from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What is in a folder of a repository: a text, a folder, or an entry with a mode of its own. */
export type Content = string | Folder | { mode: string; type: TreeEntry['type']; content: string };
export interface Folder {
  [name: string]: Content;
}

const line = (text: string) => (text.length + 4).toString(16).padStart(4, '0') + text;
const FLUSH = '0000';
const author = { name: 'Ada', email: 'ada@example.com', timestamp: 1_780_000_000, timezoneOffset: 0 };

/** A git server on loopback, which speaks the smart HTTP protocol for shallow clones. */
export class GitServer {
  /** The requests that it got. */
  readonly asked: string[] = [];
  /** Changes the pack that it sends. */
  tamper: (pack: Buffer) => Buffer = (pack) => pack;
  /** What it calls its branch. */
  branch = 'refs/heads/main';
  private readonly heads = new Map<string, { oid: string; pack: Buffer }>();
  /** A folder that is in many places is written once. */
  private readonly written = new Map<Folder, string>();
  private readonly gitdir = mkdtempSync(join(tmpdir(), 'git-server-'));
  private readonly server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://git');
    this.asked.push(`${request.method} ${url.pathname}`);
    const [, name = '', service = ''] = /^\/(.*?)\/(info\/refs|git-upload-pack)$/.exec(url.pathname) ?? [];
    const head = this.heads.get(name);
    if (!head) return void response.writeHead(404).end('no such thing, says the server');
    const type = service === 'info/refs' ? 'advertisement' : 'result';
    response.writeHead(200, { 'content-type': `application/x-git-upload-pack-${type}` });
    const capabilities = `shallow ofs-delta side-band-64k symref=HEAD:${this.branch} agent=test`;
    if (type === 'advertisement')
      return void response.end(
        `${line('# service=git-upload-pack\n')}${FLUSH}${line(`${head.oid} HEAD\0${capabilities}\n`)}${line(`${head.oid} ${this.branch}\n`)}${FLUSH}`,
      );
    request.resume().on('end', () => {
      const pack = this.tamper(head.pack);
      response.write(line(`shallow ${head.oid}\n`) + FLUSH + line('NAK\n'));
      for (let at = 0; at < pack.length; at += 60_000) {
        const part = pack.subarray(at, at + 60_000);
        response.write((part.length + 5).toString(16).padStart(4, '0'));
        response.write(Buffer.concat([Buffer.from([1]), part]));
      }
      response.end(FLUSH);
    });
  });

  async open(): Promise<this> {
    await git.init({ fs, gitdir: this.gitdir, bare: true });
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Makes a repository of one commit, or gives it another one. */
  async put(name: string, root: Folder): Promise<string> {
    const oids: string[] = [];
    this.written.clear();
    const tree = await this.write(root, oids);
    const commit = { message: 'A plugin.\n', tree, parent: [], author, committer: author };
    const oid = await git.writeCommit({ fs, gitdir: this.gitdir, commit });
    const { packfile } = await git.packObjects({ fs, gitdir: this.gitdir, oids: [oid, ...new Set(oids)] });
    this.heads.set(name, { oid, pack: Buffer.from(packfile!) });
    return oid;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
    rmSync(this.gitdir, { recursive: true });
  }

  private async write(folder: Folder, oids: string[]): Promise<string> {
    const before = this.written.get(folder);
    if (before) return before;
    const tree: TreeEntry[] = [];
    for (const [path, content] of Object.entries(folder)) {
      if (typeof content === 'string' || typeof content['mode'] === 'string') {
        const {
          mode,
          type,
          content: text,
        } = typeof content === 'string'
          ? { mode: '100644', type: 'blob' as const, content }
          : (content as Extract<Content, { mode: string }>);
        const oid = type === 'commit' ? text : await git.writeBlob({ fs, gitdir: this.gitdir, blob: Buffer.from(text) });
        if (type !== 'commit') oids.push(oid);
        tree.push({ path, mode, type, oid });
      } else tree.push({ path, mode: '040000', type: 'tree', oid: await this.write(content as Folder, oids) });
    }
    const oid = await git.writeTree({ fs, gitdir: this.gitdir, tree });
    oids.push(oid);
    this.written.set(folder, oid);
    return oid;
  }
}
