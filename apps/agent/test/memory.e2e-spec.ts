import { agent, type SearchMemory } from '@skep/contracts/agent';
import type { Ctx } from '@skep/platform';
import { type AppProcess, asUser, codeOf, type ServiceHarness, startService } from '@skep/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { start } from '../src/main.js';
import { type EmbeddingServer, openEmbeddingServer } from './embedding-server.js';

const ada = asUser('ada', { deadline: Date.now() + 600_000 });
const bob = asUser('bob', { deadline: Date.now() + 600_000 });
/** In another tenant, with the same id. */
const stranger = asUser('ada', { tenant: 'other', deadline: Date.now() + 600_000 });

let meanings: EmbeddingServer;
let harness: ServiceHarness;
beforeAll(async () => {
  meanings = await openEmbeddingServer();
  harness = await startService('agent', start);
});
beforeEach(() => harness.query('truncate memory, memory_term, memory_word'));
afterAll(() => Promise.all([harness?.close(), meanings?.close()]));

const add = async (who: Ctx, content: string, more: object = {}) =>
  (await harness.call(agent.addMemory, who, { content, memory_type: 'fact', level: 'global', metadata: {}, ...more })).id;
const search = async (who: Ctx, query: string, more: Partial<SearchMemory> = {}) =>
  (await harness.call(agent.searchMemory, who, { query, limit: 10, use_hybrid: true, ...more })).results;
const contents = async (...args: Parameters<typeof search>) => (await search(...args)).map(({ content }) => content);
const index = (who: Ctx, content: string, more: object = {}) =>
  harness.call(agent.indexMemory, who, {
    ...{ content, source: 'notes.md', memory_type: 'fact', level: 'project', chunk_size: 50, chunk_overlap: 0 },
    ...more,
  });
const status = (who: Ctx) => harness.call(agent.getMemoryStatus, who, {});

it('is listed from the newest entry on, page by page, with where each came from', async () => {
  for (const n of [1, 2, 3]) await add(ada, `Entry ${n}.`, { source: `chat ${n}` });
  await add(bob, 'Of somebody else.');
  await add(stranger, 'Of another tenant.');
  const first = await harness.call(agent.listMemories, ada, { limit: 2, offset: 0 });
  expect(first.entries).toMatchObject([
    { content: 'Entry 3.', origin: 'person', source: 'chat 3', memory_type: 'fact', project_id: null },
    { content: 'Entry 2.' },
  ]);
  expect([first.total, first.next_cursor]).toEqual([3, expect.any(String)]);
  const { entries, next_cursor } = await harness.call(agent.listMemories, ada, { limit: 2, offset: 0, cursor: first.next_cursor! });
  expect([entries.map(({ content }) => content), next_cursor]).toEqual([['Entry 1.'], null]);
});

/** What is found with meanings and without. */
const common = () => {
  it('has what was added, with its metadata and where it came from', async () => {
    const id = await add(ada, 'They prefer dark mode.', { metadata: { category: 'preferences' }, source: 'chat' });
    const [found] = await search(ada, 'They prefer dark mode.');
    expect(found).toMatchObject({ id, content: 'They prefer dark mode.', score: expect.any(Number) });
    expect(found!.metadata).toMatchObject({
      category: 'preferences',
      memory_type: 'fact',
      level: 'global',
      source: 'chat',
      origin: 'person',
    });
  });

  it('finds first what has the words, in other forms too', async () => {
    await add(ada, 'Seeds of the marigold are sown in May.');
    const id = await add(ada, 'Seeds of the zinnia are sown in April.');
    await add(ada, 'The shed needs paint.');
    const results = await search(ada, 'when is the zinnia sowing time sown');
    expect(results[0]!.id).toBe(id);
    expect(results.map(({ score }) => score)).toEqual(results.map(({ score }) => score).toSorted((a, b) => b - a));
  });

  it('finds words that are spelt almost alike', async () => {
    await add(ada, 'The zinnia blooms in July.');
    expect(await contents(ada, 'zinia', { threshold: 0.05 })).toContain('The zinnia blooms in July.');
  });

  it('has one entry for the same content', async () => {
    const ids = await Promise.all([1, 2, 3].map(() => add(ada, 'Once.')));
    expect(new Set(ids).size).toBe(1);
    expect((await status(ada)).collection_count).toBe(1);
  });

  it('is narrowed by type, level, project, agent, score and number', async () => {
    const where = { memory_type: 'preference', level: 'project', project_id: 'p1', agent_id: 'a1' };
    await add(ada, 'The rose is red.', where);
    expect(await contents(ada, 'rose', where)).toEqual(['The rose is red.']);
    for (const other of [{ memory_type: 'fact' }, { level: 'global' }, { project_id: 'p2' }, { agent_id: 'a2' }])
      expect(await contents(ada, 'rose', other)).toEqual([]);
    for (const n of [1, 2, 3]) await add(ada, `Tulip number ${n}.`);
    expect((await search(ada, 'tulip', { top_k: 2, limit: 10 })).length).toBe(2);
    expect((await search(ada, 'tulip', { limit: 1 })).length).toBe(1);
    expect(await search(ada, 'nothingofthekind', { threshold: 1 })).toEqual([]);
  });

  it('neither shows nor forgets entries of others', async () => {
    const id = await add(ada, 'The key lies under the stone.');
    for (const other of [bob, stranger]) {
      expect(await search(other, 'The key lies under the stone.')).toEqual([]);
      expect(await codeOf(harness.call(agent.deleteMemory, other, { memory_id: id }))).toBe('memory_not_found');
      expect((await status(other)).collection_count).toBe(0);
    }
    expect(await contents(ada, 'key')).toHaveLength(1);
  });

  it('forgets', async () => {
    const id = await add(ada, 'The iris is blue.');
    expect(await harness.call(agent.deleteMemory, ada, { memory_id: id })).toEqual({ status: 'deleted' });
    expect(await search(ada, 'iris')).toEqual([]);
    for (const gone of [id, 'no-such-id'])
      expect(await codeOf(harness.call(agent.deleteMemory, ada, { memory_id: gone }))).toBe('memory_not_found');
  });

  it('has documents in pieces, each once', async () => {
    const content = `${'oak '.repeat(119)}walnut`;
    expect(await index(ada, content)).toEqual({ chunks_indexed: 2, source: 'notes.md' });
    expect(await index(ada, content)).toEqual({ chunks_indexed: 0, source: 'notes.md' });
    const [found] = await search(ada, 'walnut');
    expect(found).toMatchObject({ content: expect.stringContaining('walnut'), metadata: { source: 'notes.md', origin: 'document' } });
  });
};

describe('the memory of a person, by words', () => {
  let models: AppProcess;
  beforeAll(async () => {
    models = await harness.infra.startApp('models', {});
  });
  afterAll(() => models?.kill('SIGTERM'));

  common();

  it('names no model of meanings', async () =>
    expect(await status(ada)).toEqual({
      ...{ initialized: true, collection_count: 0, embedding_provider: 'hash', embedding_dimension: 512, persist_dir: null },
    }));

  it('refuses what is too long or missing', async () => {
    for (const bad of [{ query: '' }, { query: 'x'.repeat(10_001) }, { query: 'x', limit: 101 }])
      expect(await codeOf(search(ada, bad.query, bad))).toBe('invalid_input');
    expect(await codeOf(add(ada, 'x'.repeat(50_001)))).toBe('invalid_input');
    for (const bad of [{ chunk_size: 49 }, { chunk_overlap: 501 }, { source: '' }])
      expect(await codeOf(index(ada, 'x', bad))).toBe('invalid_input');
  });
});

describe('the memory of a person, by meanings', () => {
  let models: AppProcess;
  beforeAll(async () => {
    models = await harness.infra.startApp('models', {
      ...{ SKEP_EMBEDDING_PROVIDER: 'openai', SKEP_EMBEDDING_URL: `${meanings.url}/v1`, SKEP_EMBEDDING_MODEL: 'meanings' },
    });
  });
  afterAll(() => models?.kill('SIGTERM'));

  common();

  it('finds what is meant, without its words', async () => {
    const id = await add(ada, 'Our cat sleeps upon a sofa.');
    await add(ada, 'An invoice became overdue.');
    await add(ada, 'We deploy by helm.');
    expect((await search(ada, 'feline napping furniture'))[0]).toMatchObject({ id, metadata: { vector_score: expect.any(Number) } });
    expect(await search(stranger, 'feline napping furniture')).toEqual([]);
  });

  it('stores entries without meanings while the model is unavailable, and adds them later', async () => {
    meanings.isAway = true;
    const id = await add(ada, 'Our cat sleeps upon a sofa.');
    expect(await contents(ada, 'sofa')).toHaveLength(1);
    meanings.isAway = false;
    expect(await search(ada, 'feline napping')).toEqual([]);
    expect(await harness.call(agent.syncMemory, ada, {})).toEqual({ synced: 1 });
    expect((await search(ada, 'feline napping'))[0]).toMatchObject({ id });
  });
});
