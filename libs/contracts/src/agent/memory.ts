import { Empty, LimitOffsetCursor } from '../common.js';
import { operation } from '../define.js';
import { Bool, type FieldDocs, Instant, Int, Json, List, Nullable, Num, OneOf, Optional, Shape, Text } from '../fields.js';
import { problem } from '../problem.js';

/** Where an entry came from. `outside`: content that neither the person nor Skep wrote, such as a page. */
export const MEMORY_ORIGINS = ['person', 'agent', 'document', 'workspace', 'outside'] as const;
export type MemoryOrigin = (typeof MEMORY_ORIGINS)[number];

const docs = {
  id: { description: 'Id of the entry.', example: '3f6c2a0e-6d7e-4b9d-8a1f-0c9b7e5d3a21' },
  content: { description: 'What is remembered.', example: 'They prefer dark mode.' },
  memory_type: { description: 'What kind of entry it is.', example: 'fact' },
  level: { description: 'Where it is of use, such as `global` or `project`.', example: 'global' },
  project_id: { description: 'The project that it belongs to.', example: 'garden' },
  agent_id: { description: 'The agent that it belongs to.', example: 'researcher' },
  source: { description: 'What it was taken from.', example: 'notes.md' },
} satisfies Record<string, FieldDocs>;

@Shape('An entry for the memory.')
export class AddMemory {
  @Text({ min: 1, max: 50_000, ...docs.content }) content!: string;
  @Text({ min: 1, max: 50, ...docs.memory_type }) memory_type: string = 'fact';
  @Text({ min: 1, max: 50, ...docs.level }) level: string = 'global';
  @Optional() @Text({ max: 200, ...docs.project_id }) project_id?: string;
  @Optional() @Text({ max: 100, ...docs.agent_id }) agent_id?: string;
  @Optional() @Text({ max: 500, ...docs.source }) source?: string;
  @Json({ description: 'What else is known about it.', example: { category: 'preferences' } }) metadata: Record<string, unknown> = {};
}

@Shape('What is searched for in the memory.')
export class SearchMemory {
  @Text({ min: 1, max: 10_000, description: 'Words, or what is meant.', example: 'how to deploy' }) query!: string;
  @Optional() @Text({ max: 50, ...docs.memory_type }) memory_type?: string;
  @Optional() @Text({ max: 50, ...docs.level }) level?: string;
  @Optional() @Text({ max: 200, ...docs.project_id }) project_id?: string;
  @Optional() @Text({ max: 100, ...docs.agent_id }) agent_id?: string;
  @Int({ min: 1, max: 100, description: 'Number of results.' }) limit: number = 10;
  @Optional() @Int({ min: 1, max: 100, description: 'Like `limit`, and counts before it.', example: 5 }) top_k?: number;
  @Optional() @Num({ min: 0, max: 1, description: 'The least score of a result.', example: 0.7 }) threshold?: number;
  @Bool({ description: 'Whether words count, beside the meaning.' }) use_hybrid: boolean = true;
}

@Shape('An entry that was found.')
export class FoundMemory {
  @Text(docs.id) id!: string;
  @Text(docs.content) content!: string;
  @Num({ description: 'How well it fits, from 0 to 1.', example: 0.92 }) score!: number;
  @Json({
    bytes: Infinity,
    description:
      'What is known about it: `memory_type`, `level`, `source`, `origin`, the scores for meaning and words, and what was given with it.',
    example: { memory_type: 'fact', level: 'global', source: 'MEMORY.md', origin: 'workspace' },
  })
  metadata!: Record<string, unknown>;
}

@Shape('What was found in the memory.')
export class FoundMemories {
  @List(() => FoundMemory, { description: 'The best one first.' }) results!: FoundMemory[];
  @Int({ description: 'Number of results.', example: 3 }) count!: number;
}

@Shape('An entry of the memory.')
export class MemoryEntry {
  @Text(docs.id) id!: string;
  @Text(docs.content) content!: string;
  @Text(docs.memory_type) memory_type!: string;
  @Text(docs.level) level!: string;
  @Nullable() @Text(docs.project_id) project_id!: string | null;
  @Nullable() @Text(docs.agent_id) agent_id!: string | null;
  @Nullable() @Text(docs.source) source!: string | null;
  @OneOf(MEMORY_ORIGINS, { description: 'Where it came from. `outside`: from content that others wrote.', example: 'person' })
  origin!: MemoryOrigin;
  @Instant({ description: 'When it was added.' }) created_at!: Date;
}

@Shape('Which entries of the memory to return.')
export class ListMemories extends LimitOffsetCursor {}

@Shape('Entries of the memory, the newest first.')
export class MemoryList {
  @List(() => MemoryEntry, { description: 'The entries of this page.' }) entries!: MemoryEntry[];
  @Optional() @Int({ description: 'Number on all pages, at most 10,000. Absent after a cursor.', example: 3 }) total?: number;
  @Bool({ description: 'Whether there are more than `total`.', example: false }) total_capped!: boolean;
  @Nullable() @Text({ description: 'Where the list continues; null at its end.' }) next_cursor!: string | null;
}

@Shape('An entry that was added.')
export class AddedMemory {
  @Text(docs.id) id!: string;
  @OneOf(['added'], { description: 'Also if the same entry was there.', example: 'added' }) status!: 'added';
}

@Shape('Identifies an entry of the memory.')
export class MemoryRef {
  @Text({ max: 200, ...docs.id }) memory_id!: string;
}

@Shape('An entry that was deleted.')
export class DeletedMemory {
  @OneOf(['deleted'], { description: 'Always `deleted`.', example: 'deleted' }) status!: 'deleted';
}

@Shape('A document for the memory.')
export class IndexDocument {
  @Text({ min: 1, max: 500_000, description: 'The text of the document.', example: 'Deploy with helm.' }) content!: string;
  @Text({ min: 1, max: 500, ...docs.source }) source!: string;
  @Text({ min: 1, max: 50, ...docs.memory_type }) memory_type: string = 'fact';
  @Text({ min: 1, max: 50, ...docs.level }) level: string = 'project';
  @Optional() @Text({ max: 200, ...docs.project_id }) project_id?: string;
  @Int({ min: 50, max: 5_000, description: 'Words of a piece.' }) chunk_size: number = 500;
  @Int({ min: 0, max: 500, description: 'Words that a piece has in common with the one before.' }) chunk_overlap: number = 50;
}

@Shape('A document that was indexed.')
export class IndexedDocument {
  @Int({ description: 'Number of pieces that were not there.', example: 4 }) chunks_indexed!: number;
  @Text(docs.source) source!: string;
}

@Shape('What was synchronised.')
export class SyncedMemory {
  @Int({ description: 'Number of entries that were indexed again.', example: 7 }) synced!: number;
}

@Shape('The state of the memory.')
export class MemoryStatus {
  @Bool({ description: 'Whether it can be used.', example: true }) initialized!: boolean;
  @Int({ description: 'Number of your entries.', example: 120 }) collection_count!: number;
  @Text({ description: 'What finds meanings. `hash`: only words are found.', example: 'text-embedding-3-small' })
  embedding_provider!: string;
  @Nullable() @Int({ description: 'Numbers of a vector.', example: 1536 }) embedding_dimension!: number | null;
  @Nullable() @Text({ description: 'Always null: the memory is in the database.' }) persist_dir!: string | null;
}

export const MemoryNotFound = problem('memory_not_found', 404, 'Memory entry not found');

const scope = 'agent:use';

export const memoryMembers = {
  searchMemory: operation('Search your memory', {
    description: 'Finds meanings, words, and words that are spelt almost alike, among your entries only.',
    scope,
    input: SearchMemory,
    output: FoundMemories,
    spansCalls: true,
  }),
  listMemories: operation('List your memory', { description: 'The newest entries first.', scope, input: ListMemories, output: MemoryList }),
  addMemory: operation('Remember something', { scope, input: AddMemory, output: AddedMemory, spansCalls: true }),
  deleteMemory: operation('Forget an entry', { scope, input: MemoryRef, output: DeletedMemory, problems: [MemoryNotFound] }),
  syncMemory: operation('Synchronise your memory', {
    description: 'Indexes your workspace files, and entries whose meaning could not be read when they were added.',
    scope,
    input: Empty,
    output: SyncedMemory,
    spansCalls: true,
  }),
  indexMemory: operation('Index a document', {
    description: 'In pieces. A piece that is there already is not added again.',
    scope,
    input: IndexDocument,
    output: IndexedDocument,
    spansCalls: true,
  }),
  getMemoryStatus: operation('Read the state of your memory', { scope, input: Empty, output: MemoryStatus, spansCalls: true }),
};
