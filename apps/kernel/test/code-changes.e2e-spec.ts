import { waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { publishCode } from './code.js';
import { type DeveloperServer, json, startDeveloperServer } from './developer-server.js';
import { ada, type KernelHarness, startKernel } from './kernel.js';

/** What a call of code changes, and who sees it when. */
let harness: KernelHarness;
let server: DeveloperServer;

const run = (name: string, params: object = {}, ctx = ada()) => harness.run('ledger', name, params, ctx);
const data = async (name: string, params: object = {}) => (await run(name, params)).data;

beforeAll(async () => {
  server = await startDeveloperServer();
  harness = await startKernel({ env: { SKEP_OUTBOUND_ALLOW: '127.0.0.1' } });
  const host = new URL(server.urlOf('')).host;
  await publishCode(
    harness,
    'ledger',
    {
      add: `return ctx.store.create(params.kind, params.data)`,
      list: `return (await ctx.store.list(params.kind, params.filter)).map(({ data }) => data)`,
      files: `return (await ctx.files.list('')).map(({ path }) => path)`,
      waits: `
        await ctx.store.create('slow', { n: 1 });
        await ctx.files.write('slow.txt', 'text');
        await ctx.http.fetch('${server.urlOf('wait')}');
        return (await ctx.store.list('slow')).length`,
      fails: `
        await ctx.store.create('failed', { n: 1 });
        await ctx.store.update('kept', { where: {} }, { n: 2 });
        await ctx.files.write('failed.txt', 'text');
        throw new Error('the shop is closed')`,
      mixed: `
        const a = await ctx.store.create('mixed', { n: 10, tag: 'new' });
        await ctx.store.update('mixed', { where: { n: { $lt: 2 } } }, { n: 20, tag: 'changed' });
        await ctx.store.delete('mixed', { where: { n: 2 } });
        await ctx.store.update('mixed', { ids: [a.id] }, { n: 11 });
        const large = await ctx.store.list('mixed', { where: { n: { $gte: 10 } } });
        const all = await ctx.store.list('mixed', { limit: 2 });
        return { large: large.map(({ data }) => data), newest: all.map(({ data }) => data.n) }`,
      together: `
        await Promise.all([1, 2, 3].map((n) => ctx.store.update('sum', { where: {} }, { ['n' + n]: n })));
        return (await ctx.store.list('sum'))[0].data`,
      outer: `await ctx.store.create('nested', { by: 'outer' }); return ctx.call('list', { kind: 'nested' })`,
      much: `
        for (let i = 0; i < 3; i++) await ctx.store.create('much', { text: 'x'.repeat(1_000_000) });
        return 'stored'`,
      tooMuch: `
        const { id } = await ctx.store.create('large', { text: 'x'.repeat(900_000) });
        for (let n = 0; n < 5; n++) await ctx.store.update('large', { ids: [id] }, { n })`,
    },
    { capabilities: ['store:read', 'store:write', `http:${host}`] },
  );
});
afterAll(async () => {
  await harness?.close();
  await server?.close();
});

it('nobody but the call sees what it changes before it has succeeded', async () => {
  let answer = () => {};
  server.answers['wait'] = (response) => void (answer = () => response.end());
  const waiting = run('waits');
  await waitUntil('the request', () => server.received.length > 0);
  expect([await data('list', { kind: 'slow' }), await data('files')]).toEqual([[], []]);
  answer();
  expect(await waiting).toMatchObject({ status: 'success', data: 1 });
  expect([await data('list', { kind: 'slow' }), await data('files')]).toEqual([[{ n: 1 }], ['slow.txt']]);
  server.answers['wait'] = json('');
});

it('a call that fails changes nothing', async () => {
  await run('add', { kind: 'kept', data: { n: 1 } });
  const files = await data('files');
  expect(await run('fails')).toMatchObject({ status: 'error', error: expect.stringContaining('the shop is closed') });
  expect([await data('list', { kind: 'kept' }), await data('list', { kind: 'failed' }), await data('files')]).toEqual([
    [{ n: 1 }],
    [],
    files,
  ]);
});

it('a call reads what it has changed, with the conditions of all documents, and so does everyone afterwards', async () => {
  for (const n of [1, 2, 3]) await run('add', { kind: 'mixed', data: { n } });
  const changed = { n: 20, tag: 'changed' };
  const created = { n: 11, tag: 'new' };
  expect(await data('mixed')).toEqual({ large: [created, changed], newest: [11, 3] });
  expect(await data('list', { kind: 'mixed' })).toEqual([created, { n: 3 }, changed]);
});

it('changes that the code does not wait for follow one another', async () => {
  await run('add', { kind: 'sum', data: {} });
  const sum = { n1: 1, n2: 2, n3: 3 };
  expect([await data('together'), await data('list', { kind: 'sum' })]).toEqual([sum, [sum]]);
});

it('a function that the call calls does not see them either', async () => {
  expect([await data('outer'), await data('list', { kind: 'nested' })]).toEqual([[], [{ by: 'outer' }]]);
});

it('a call writes at most 4 MiB of documents', async () => {
  expect(await run('tooMuch')).toMatchObject({ status: 'error', error: expect.stringContaining('at most 4 MiB') });
  expect(await data('list', { kind: 'large' })).toEqual([]);
});

it('a call whose changes are beyond the quota fails, and none is made', async () => {
  await harness.query(`update storage_usage set bytes = 52428800 - 2500000 where user_id = 'imp_u_ada' and app_id = ''`);
  expect(await run('much')).toMatchObject({ status: 'error', error_code: 'STORAGE_QUOTA_EXCEEDED', data: null });
  expect(await data('list', { kind: 'much' })).toEqual([]);
  expect((await harness.actions('ledger', 'much')).map(({ status }) => status)).toEqual(['failed']);
});
