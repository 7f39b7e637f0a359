import { type ListMemories, MemoryEntry, type MemoryOrigin } from '@skep/contracts/agent';
import { as, Database, defineList, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { createHash, randomUUID } from 'node:crypto';
import { type Embedded, fromBytes, toBytes } from './embedder.js';
import { ownerKey, type Owner, type Place, placesOf } from './memory-owner.js';
import { MemoryEntity } from './memory.entity.js';

export interface NewMemory {
  content: string;
  memory_type: string;
  level: string;
  project_id?: string | undefined;
  agent_id?: string | undefined;
  source?: string | undefined;
  origin: MemoryOrigin;
  metadata: Record<string, unknown>;
}

/** An entry that may be a result. */
export interface Candidate extends Omit<MemoryEntity, 'seq' | 'content_hash' | 'signature' | 'vector' | 'tenant_id' | 'user_id'> {
  seq: number;
  vector: Float32Array | undefined;
}

const MINE = 'tenant_id = :tenant and user_id = :user';
const COLUMNS = 'seq, id, content, memory_type, level, project_id, agent_id, source, origin, metadata, embedded_by, created_at';

const MEMORIES = defineList(
  {
    select: 'id::text as id, content, memory_type, level, project_id, agent_id, source, origin, created_at',
    from: 'memory',
    orders: { newest: [['seq', 'int8', 'desc']] },
  },
  MemoryEntry,
);
const ADD = statement(
  `with given as (
     select * from jsonb_to_recordset(:entries::jsonb) as given (id uuid, content text, content_hash text, memory_type text, level text, project_id text,
       agent_id text, source text, origin text, metadata jsonb, embedded_by text, signature text, vector text, places text[])
   ), added as (
     insert into memory (id, tenant_id, user_id, content, content_hash, memory_type, level, project_id, agent_id, source, origin, metadata, embedded_by,
                         signature, vector)
     select id, :tenant, :user, content, decode(content_hash, 'hex'), memory_type, level, project_id, agent_id, source, origin, metadata, embedded_by,
            signature::bit varying, decode(vector, 'base64') from given order by content_hash
     on conflict (tenant_id, user_id, content_hash) do nothing returning seq, id
   ), termed as (
     insert into memory_term (seq, terms) select added.seq, memory_terms(:owner, given.content, given.places) from added join given using (id)
   ), words as (
     select add_memory_words(:tenant, :user, array(select given.content from added join given using (id)))
   )
   select added.id::text as id from added left join words on true`,
  { id: 'text' },
);
const FIND_BY_HASH = statement(`select id::text as id from memory where ${MINE} and content_hash = decode(:hash, 'hex')`, { id: 'text' });
const DELETE = statement(`delete from memory where ${MINE} and id = :id::uuid returning seq`, { seq: 'int8' });
const DELETE_SOURCE = statement(
  `delete from memory where ${MINE} and origin = 'workspace' and source = :source and not content_hash = any(:kept::bytea[])`,
);
const COUNT = statement(`select count(*)::bigint as count from memory where ${MINE}`, { count: 'int8' });

const READ = statement(
  `select ${COLUMNS}, case when :with_vectors::bool then vector end as vector from memory where ${MINE} and seq = any(:seqs::bigint[])
      and (:memory_type::text is null or memory_type = :memory_type) and (:level::text is null or level = :level)
      and (:project_id::text is null or project_id = :project_id) and (:agent_id::text is null or agent_id = :agent_id)`,
  {
    ...{
      seq: 'int8',
      id: 'uuid',
      content: 'text',
      memory_type: 'text',
      level: 'text',
      project_id: 'text?',
      agent_id: 'text?',
      source: 'text?',
    },
    ...{
      origin: as<MemoryOrigin>('text'),
      metadata: as<Record<string, unknown>>('jsonb'),
      embedded_by: 'text?',
      created_at: 'timestamptz',
    },
    vector: 'bytea?',
  },
);
const WITHOUT_MEANING = statement(
  `select seq, content from memory where ${MINE} and embedded_by is distinct from :model order by seq limit :limit`,
  { seq: 'int8', content: 'text' },
);
const SET_MEANING = statement(
  `update memory set embedded_by = :model, signature = :signature::bit varying, vector = :vector where ${MINE} and seq = :seq`,
);

/** Reads and writes entries of the memory. Those of others do not exist. */
@Injectable()
export class MemoryRepository {
  constructor(private readonly db: Database) {}

  /** Adds entries that are not there. @returns the ids of the new ones */
  async add(owner: Owner, entries: readonly NewMemory[], meanings: readonly (Embedded | undefined)[]): Promise<string[]> {
    const rows = entries.map((entry, n) => ({
      ...{
        id: randomUUID(),
        content: entry.content,
        content_hash: hashOf(entry).toString('hex'),
        origin: entry.origin,
        metadata: entry.metadata,
      },
      ...{
        memory_type: entry.memory_type,
        level: entry.level,
        project_id: entry.project_id,
        agent_id: entry.agent_id,
        source: entry.source,
      },
      ...{ embedded_by: meanings[n]?.model, signature: meanings[n]?.signature, places: placesOf(entry) },
      vector: meanings[n] && toBytes(meanings[n].vector).toString('base64'),
    }));
    const values = { ...mine(owner), owner: ownerKey(owner), entries: JSON.stringify(rows) };
    return (await this.db.rows(ADD, values)).map(({ id }) => id);
  }

  async findSame(owner: Owner, entry: NewMemory): Promise<string | undefined> {
    return (await this.db.row(FIND_BY_HASH, { ...mine(owner), hash: hashOf(entry).toString('hex') }))?.id;
  }

  list(owner: Owner, paging: ListMemories) {
    return this.db.page(MEMORIES, { order: 'newest', where: [MINE], values: mine(owner) }, paging);
  }

  async delete(owner: Owner, id: string): Promise<boolean> {
    return !!(await this.db.row(DELETE, { ...mine(owner), id }));
  }

  /** Deletes the entries of a workspace file that are not among these. */
  async deleteOthersOf(owner: Owner, source: string, kept: readonly NewMemory[]): Promise<void> {
    await this.db.rows(DELETE_SOURCE, { ...mine(owner), source, kept: kept.map(hashOf) });
  }

  async count(owner: Owner): Promise<number> {
    return (await this.db.row(COUNT, mine(owner)))!.count;
  }

  async read(owner: Owner, seqs: readonly number[], place: Place, withVectors: boolean): Promise<Candidate[]> {
    const { memory_type = null, level = null, project_id = null, agent_id = null } = place;
    const values = { ...mine(owner), seqs, with_vectors: withVectors, memory_type, level, project_id, agent_id };
    return (await this.db.rows(READ, values)).map((row) => ({ ...row, vector: row.vector ? fromBytes(row.vector) : undefined }));
  }

  /** Entries whose meaning was not read by this model. */
  findWithoutMeaning(owner: Owner, model: string, limit: number) {
    return this.db.rows(WITHOUT_MEANING, { ...mine(owner), model, limit });
  }

  async setMeaning(owner: Owner, seq: number, { model, signature, vector }: Embedded): Promise<void> {
    await this.db.rows(SET_MEANING, { ...mine(owner), seq, model, signature, vector: toBytes(vector) });
  }
}

const mine = ({ tenant, user }: Owner) => ({ tenant, user });

const hashOf = ({ content, memory_type, level, project_id, agent_id, source }: NewMemory): Buffer =>
  createHash('sha256')
    .update(JSON.stringify([content, memory_type, level, project_id, agent_id, source]))
    .digest();
