import {
  type AddMemory,
  agent,
  type DeletedMemory,
  type IndexDocument,
  type ListMemories,
  type MemoryList,
  MemoryNotFound,
  type MemoryRef,
  type MemoryStatus,
  type SearchMemory as Search,
} from '@skep/contracts/agent';
import { type Ctx, Handle, Handlers, withKeySuffix } from '@skep/platform';
import { isUUID } from 'class-validator';
import { Embedder } from './embedder.js';
import { MemoryRepository } from './memory.repository.js';
import { Remember } from './remember.js';
import { SearchMemory } from './search-memory.js';
import { SyncMemory } from './sync-memory.js';

@Handlers()
export class MemoryHandlers {
  constructor(
    private readonly search: SearchMemory,
    private readonly remember: Remember,
    private readonly sync: SyncMemory,
    private readonly memory: MemoryRepository,
    private readonly embedder: Embedder,
  ) {}

  @Handle(agent.searchMemory)
  searchMemory(ctx: Ctx, input: Search) {
    return this.search.run(ctx, input);
  }

  @Handle(agent.listMemories)
  async listMemories(ctx: Ctx, input: ListMemories): Promise<MemoryList> {
    const { rows, total, total_capped = false, has_more, cursorAt } = await this.memory.list(ctx, input);
    const next_cursor = has_more ? cursorAt!(rows.length - 1) : null;
    return { entries: rows, ...(total !== undefined && { total }), total_capped, next_cursor };
  }

  @Handle(agent.addMemory)
  addMemory(ctx: Ctx, input: AddMemory) {
    return this.remember.one(ctx, input, 'person');
  }

  @Handle(agent.deleteMemory)
  async deleteMemory(ctx: Ctx, { memory_id }: MemoryRef): Promise<DeletedMemory> {
    if (!isUUID(memory_id) || !(await this.memory.delete(ctx, memory_id))) throw MemoryNotFound();
    return { status: 'deleted' };
  }

  @Handle(agent.syncMemory)
  async syncMemory(ctx: Ctx) {
    return { synced: await this.sync.run(ctx) };
  }

  @Handle(agent.indexMemory)
  indexMemory(ctx: Ctx, input: IndexDocument) {
    return this.remember.document(ctx, input, 'document');
  }

  @Handle(agent.getMemoryStatus)
  async getMemoryStatus(ctx: Ctx): Promise<MemoryStatus> {
    const [collection_count, { provider, dimension }] = await Promise.all([
      this.memory.count(ctx),
      this.embedder.describe(withKeySuffix(ctx, 'describe')),
    ]);
    return { initialized: true, collection_count, embedding_provider: provider, embedding_dimension: dimension, persist_dir: null };
  }
}
