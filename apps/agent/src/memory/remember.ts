import type { AddedMemory, AddMemory, IndexDocument, IndexedDocument, MemoryOrigin } from '@skep/contracts/agent';
import type { Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { Embedder } from './embedder.js';
import { MemoryRepository, type NewMemory } from './memory.repository.js';
import { cutIntoPieces } from './pieces.js';

/** Entries of one statement. */
const AT_ONCE = 64;

/** Adds entries to the memory. What is there already is not added again. */
@Injectable()
export class Remember {
  constructor(
    private readonly embedder: Embedder,
    private readonly memory: MemoryRepository,
  ) {}

  /** @param origin where it came from, which stays with it */
  async one(ctx: Ctx, input: AddMemory, origin: MemoryOrigin): Promise<AddedMemory> {
    const entry: NewMemory = { ...input, origin };
    const [added] = await this.add(ctx, [entry]);
    const id = added ?? (await this.memory.findSame(ctx, entry));
    if (!id) throw new Error('an entry of the memory was deleted while it was added');
    return { id, status: 'added' };
  }

  async document(ctx: Ctx, input: IndexDocument, origin: MemoryOrigin): Promise<IndexedDocument> {
    const added = await this.add(ctx, piecesOf(input, origin));
    return { chunks_indexed: added.length, source: input.source };
  }

  /** Indexes a workspace file as it is now. @returns the number of its pieces */
  async file(ctx: Ctx, source: string, content: string): Promise<number> {
    const place = { memory_type: 'workspace', level: 'global', chunk_size: 200, chunk_overlap: 20 };
    const pieces = piecesOf({ ...place, source, content }, 'workspace');
    await this.memory.deleteOthersOf(ctx, source, pieces);
    await this.add(ctx, pieces);
    return pieces.length;
  }

  private async add(ctx: Ctx, entries: readonly NewMemory[]): Promise<string[]> {
    const added: string[] = [];
    for (let at = 0; at < entries.length; at += AT_ONCE) {
      const part = entries.slice(at, at + AT_ONCE);
      added.push(
        ...(await this.memory.add(
          ctx,
          part,
          await this.embedder.embed(
            ctx,
            part.map(({ content }) => content),
          ),
        )),
      );
    }
    return added;
  }
}

function piecesOf(
  { content, source, memory_type, level, project_id, chunk_size, chunk_overlap }: IndexDocument,
  origin: MemoryOrigin,
): NewMemory[] {
  const pieces = [...new Set(cutIntoPieces(content, chunk_size, chunk_overlap))];
  return pieces.map((piece) => ({ content: piece, source, memory_type, level, project_id, origin, metadata: {} }));
}
