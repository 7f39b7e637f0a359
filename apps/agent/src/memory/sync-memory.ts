import type { Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { Embedder } from './embedder.js';
import { WorkspaceRepository } from '../workspace/workspace.repository.js';
import { MemoryRepository } from './memory.repository.js';
import { Remember } from './remember.js';

/** Entries whose meaning one synchronisation reads. */
const AT_MOST = 1_000;

/** Reads the meaning of entries that another model read, or none; and indexes the files of the workspace. */
@Injectable()
export class SyncMemory {
  constructor(
    private readonly embedder: Embedder,
    private readonly memory: MemoryRepository,
    private readonly remember: Remember,
    private readonly workspace: WorkspaceRepository,
  ) {}

  /** @returns the number of entries that were indexed again */
  async run(ctx: Ctx): Promise<number> {
    const indexed = await this.indexWorkspace(ctx);
    const { model } = await this.embedder.describe(ctx);
    if (!model) return indexed;
    const entries = await this.memory.findWithoutMeaning(ctx, model, AT_MOST);
    const meanings = await this.embedder.embed(
      ctx,
      entries.map(({ content }) => content),
    );
    const read = entries.flatMap(({ seq }, n) => (meanings[n] ? [{ seq, meaning: meanings[n] }] : []));
    for (const { seq, meaning } of read) await this.memory.setMeaning(ctx, seq, meaning);
    return indexed + read.length;
  }

  /** Each file as it is now; a file that was deleted or is empty is forgotten. */
  private async indexWorkspace(ctx: Ctx): Promise<number> {
    let pieces = 0;
    for (const { filename, content } of await this.workspace.list(ctx)) pieces += await this.remember.file(ctx, filename, content ?? '');
    return pieces;
  }
}
