import { connections } from '@skep/contracts/connections';
import { kernel } from '@skep/contracts/kernel';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { inCode, publishCode } from './code.js';
import { BROKEN, type DeveloperServer, json, startDeveloperServer } from './developer-server.js';
import { ada, bob, fn, irOf, type KernelHarness, startKernel } from './kernel.js';

let harness: KernelHarness;
let server: DeveloperServer;
let host: string;

const ALL = ['store:read', 'store:write', 'chat:send', 'shared:*'];
const LOOP = 'while (true);';

beforeAll(async () => {
  server = await startDeveloperServer();
  host = new URL(server.urlOf('')).host;
  harness = await startKernel({ env: { SKEP_OUTBOUND_ALLOW: '127.0.0.1' }, beside: ['registry', 'connections'] });
  await publishCode(
    harness,
    'papers',
    {
      add: `return ctx.store.create('note', { text: params.text })`,
      walk: `
        const { id } = await ctx.store.create('note', { text: 'a', n: 1 });
        const [changed] = await ctx.store.update('note', { ids: [id] }, { n: 2 });
        const read = await ctx.store.get('note', id);
        const found = await ctx.store.list('note', { where: { n: 2 }, limit: 5 });
        const deleted = await ctx.store.delete('note', { where: { n: 2 } });
        return { same: changed === id, n: read.data.n, found: found.length, deleted, gone: await ctx.store.get('note', id) }`,
      count: `return (await ctx.store.list('note')).length`,
      echo: `return { params, user: ctx.user.id, app: ctx.app }`,
      outer: `return { inner: await ctx.call('echo', { deep: true }), other: await ctx.call('greet', { name: 'Bob' }, { app_id: 'shared' }) }`,
      again: `return ctx.call('again')`,
      fails: `await ctx.store.create('note', { text: 'lost' }); throw Object.assign(new Error('the shop is closed'), { code: 'BACKEND_5XX' })`,
      asks: `return ctx.ai.complete({ prompt: 'Hello' })`,
      cached: `const before = await ctx.cache.get('k'); await ctx.cache.set('k', { n: 1 }); const after = await ctx.cache.get('k'); await ctx.cache.delete('k'); return [before, after, await ctx.cache.get('k')]`,
      filed: `
        await ctx.files.write('a/b.txt', 'héllo', { content_type: 'text/markdown' });
        const listed = await ctx.files.list('a/');
        const text = await ctx.files.read('a/b.txt');
        return { listed, text, deleted: await ctx.files.delete('a/b.txt'), gone: await ctx.files.read('a/b.txt'), again: await ctx.files.delete('a/b.txt') }`,
      secret: `return { token: await ctx.secrets.get('token'), other: await ctx.secrets.get('other').catch((e) => e.code) }`,
      logs: `ctx.log.info('imported', { rows: 3 }); console.error('odd', { a: 1n.toString() }); ctx.log.debug({ an: 'object' }); for (let i = 0; i < 150; i++) ctx.log.warn('x' + i); return 1`,
      many: `for (let i = 0; i < 300; i++) await ctx.cache.get('k').catch(() => {}); return 'never'`,
      wrong: `return [await ctx.store.create('', {}).catch((e) => e.code + ': ' + e.message), await ctx.cache.set('k', 1, { ttl_seconds: 1 }).catch((e) => e.message), await ctx.files.read('').catch((e) => e.code)]`,
      loops: LOOP,
    },
    { capabilities: [...ALL, 'http:api.example.com'] },
  );
  await harness.publishApp('shared', [fn('greet', [{ id: 'r', op: 'respond', args: { body: 'Hello {{event.name}}' } }])]);
});
afterAll(async () => {
  await harness?.close();
  await server?.close();
});
beforeEach(() => {
  server.received.length = 0;
});

const run = (name: string, params = {}, ctx = ada()) => harness.run('papers', name, params, ctx);
const data = async (name: string, params = {}, ctx = ada()) => {
  const { status, error, data } = await run(name, params, ctx);
  return status === 'success' ? data : error;
};

describe('a code function', () => {
  it('gets params, user and app, and returns what it returns', async () => {
    expect(await run('echo', { a: [1] })).toMatchObject({
      status: 'success',
      data: { params: { a: [1] }, user: 'imp_u_ada', app: { id: 'papers', version: '1.0.0' } },
    });
    const [action] = (await harness.actions('papers', 'echo')).slice(-1);
    expect(action).toMatchObject({ status: 'success', source: 'api', user_id: 'imp_u_ada' });
  });

  it('creates, reads, changes, lists and deletes documents of its user', async () => {
    expect(await data('walk')).toEqual({ same: true, n: 2, found: 1, deleted: 1, gone: null });
    await data('add', { text: 'mine' });
    expect(await data('count')).toBeGreaterThan(0);
  });

  it('calls functions of its app and of others with the permission, but not itself', async () => {
    expect(await data('outer')).toMatchObject({ inner: { params: { deep: true } }, other: { prev: { body: 'Hello Bob' } } });
    expect(await run('again')).toMatchObject({ status: 'error', error: expect.stringMatching(/calls itself/) });
  });

  it('has a cache, files and secrets of its user', async () => {
    expect(await data('cached')).toEqual([null, { n: 1 }, null]);
    expect(await data('filed')).toEqual({
      listed: [{ path: 'a/b.txt', size: 6, content_type: 'text/markdown' }],
      text: 'héllo',
      ...{ deleted: true, gone: null, again: false },
    });
    await harness.publishApp(
      'keeper',
      [inCode('secret')],
      { modules: { 'main.js': `export const secret = (ctx) => ctx.secrets.get('token')` } },
      undefined,
      {
        secrets: [{ name: 'token', description: 'Yours.', scope: 'user' }],
      },
    );
    expect(await harness.run('keeper', 'secret')).toMatchObject({ status: 'success', data: null });
    await harness.call(connections.setSecret, ada(), { app_id: 'keeper', name: 'token', value: 'hush' });
    expect(await harness.run('keeper', 'secret')).toMatchObject({ data: 'hush' });
    expect(await data('secret')).toMatch(/secret/i);
  });

  it('fails with its own code and place, and has stored nothing', async () => {
    const before = Number(await data('count'));
    expect(await run('fails')).toMatchObject({
      status: 'error',
      error_code: 'BACKEND_5XX',
      error: expect.stringMatching(/^the shop is closed \(main\.js:\d+:\d+\)$/),
    });
    expect(await data('count')).toBe(before);
  });

  it('has done what it did not wait for when its call ends', async () => {
    let isAnswered = false;
    server.answers['slow'] = (response) =>
      void setTimeout(() => {
        isAnswered = true;
        response.end();
      }, 500);
    const body = `void ctx.http.fetch(${JSON.stringify(server.urlOf('slow'))}); return 'done'`;
    await publishCode(harness, 'forgetful', { forgets: body }, { capabilities: [`http:${host}`] });
    expect(await harness.run('forgetful', 'forgets')).toMatchObject({ data: 'done' });
    expect(isAnswered).toBe(true);
  });

  it('gets an error that names what is wrong with its own requests', async () => {
    expect(await data('wrong')).toEqual([
      expect.stringMatching(/^VALIDATION_TYPE_ERROR: store\.create: 'kind'/),
      expect.stringMatching(/^cache\.set: ttl_seconds/),
      'VALIDATION_TYPE_ERROR',
    ]);
  });

  it('makes at most 200 requests', async () => {
    expect(await run('many')).toMatchObject({ status: 'error', error: 'the function made more than 200 requests to ctx' });
  });

  it('that never ends is ended, and calls of others answer meanwhile', async () => {
    await publishCode(harness, 'beside', { one: 'return 1' });
    const looping = run('loops');
    const beside = await Promise.all([...Array(5)].map(async () => (await harness.run('beside', 'one')).data));
    expect(beside).toEqual(Array(5).fill(1));
    expect(await looping).toMatchObject({
      status: 'error',
      error_code: 'EXT_UNSTRUCTURED_ERROR',
      error: expect.stringMatching(/processor time/),
    });
  });

  it('must return what its return_schema says', async () => {
    const return_schema = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] };
    const modules = { 'main.js': `export const ok = () => ({ n: 1 }); export const bad = () => ({ n: 'x' });` };
    await harness.publishApp('typed', [inCode('ok', { return_schema }), inCode('bad', { return_schema })], { modules });
    expect(await harness.run('typed', 'ok')).toMatchObject({ data: { n: 1 } });
    expect(await harness.run('typed', 'bad')).toMatchObject({
      status: 'error',
      error: expect.stringMatching(/^the result does not match the return_schema: .*n/),
    });
  });

  it('is run by schedules and other automations of its user, once under the key of their step', async () => {
    const call = () =>
      harness.call(kernel.callForAutomation, ada({ actor: 'service:automation', idempotencyKey: 'run_1/action 1' }), {
        ...{ app_id: 'papers', function: 'add', params: { text: 'scheduled' } },
      });
    const results = [await call(), await call()];
    expect(results[0]).toMatchObject({ status: 'success', data: { id: expect.any(String) } });
    expect(results[1]).toEqual(results[0]);
    expect(await harness.query(`select 1 from document where data ->> 'text' = 'scheduled'`)).toHaveLength(1);
    expect((await harness.actions('papers', 'add')).filter(({ source }) => source === 'automation')).toHaveLength(1);
  });

  it('under an Idempotency-Key runs once', async () => {
    const before = Number(await data('count'));
    const key = { idempotencyKey: 'once' };
    const first = await run('add', { text: 'once' }, ada(key));
    expect(await run('add', { text: 'once' }, ada(key))).toEqual(first);
    expect(await data('count')).toBe(before + 1);
  });
});

describe('the permissions of code', () => {
  it('are what its capabilities allow, and nothing else', async () => {
    await publishCode(harness, 'bare', {
      reads: `return ctx.store.list('note')`,
      writes: `return ctx.store.create('note', {})`,
      files: `return ctx.files.read('a')`,
      tells: `return ctx.notify({ title: 'Hi' })`,
      asks: `return ctx.ai.complete({ prompt: 'x' })`,
      calls: `return ctx.call('greet', {}, { app_id: 'shared' })`,
      fetches: `return ctx.http.fetch('https://${host}/ok')`,
    });
    for (const name of ['reads', 'writes', 'files', 'tells', 'asks', 'calls', 'fetches'])
      expect({ name, result: await harness.run('bare', name) }).toMatchObject({
        name,
        result: { status: 'error', error_code: 'PERMISSION_DENIED' },
      });
    const { permissions } = await harness.call(kernel.checkIr, ada(), {
      app_id: 'bare',
      ir: irOf('bare', [inCode('f')], {
        modules: { 'main.js': 'export const f = 1' },
        capabilities: ['store:write', 'http:api.example.com', 'http:*', 'shared:read'],
      }),
    });
    expect(permissions).toEqual([
      { id: 'call:shared:read', description: expect.any(String) },
      { id: 'http:api.example.com', description: 'Send what it knows of you to api.example.com, a server outside Skep.' },
      { id: 'store:read', description: expect.any(String) },
      { id: 'store:write', description: expect.any(String) },
    ]);
  });

  it('are those that its release was published with', async () => {
    await harness.publishApp(
      'narrow',
      [inCode('writes')],
      { modules: { 'main.js': `export const writes = (ctx) => ctx.store.create('note', {})` } },
      ['store:read'],
    );
    expect(await harness.run('narrow', 'writes')).toMatchObject({ status: 'error', error_code: 'PERMISSION_DENIED' });
  });
});

describe('a request of code to another server', () => {
  const fetching = async (body: string, capabilities = [`http:${host}`], ctx = ada()) => {
    await publishCode(harness, 'fetcher', { go: body }, { capabilities });
    return harness.run('fetcher', 'go', {}, ctx);
  };
  const url = (path: string) => JSON.stringify(server.urlOf(path));

  it('reaches a host of its capabilities, with its headers, and gets the answer as text', async () => {
    server.answers['ok'] = json({ id: 7 });
    const { data } = await fetching(`return ctx.http.fetch(${url('ok')}, { method: 'POST', headers: { 'x-own': 'a' }, body: 'b' })`);
    expect(data).toMatchObject({ status: 200, body: '{"id":7}', headers: { 'content-type': 'application/json' } });
    expect(server.received).toMatchObject([{ body: 'b', headers: { 'x-own': 'a', 'idempotency-key': expect.any(String) } }]);
  });

  it('reaches no other host, and no private address that the operator does not allow', async () => {
    expect(await fetching(`return ctx.http.fetch('https://other.example/')`)).toMatchObject({ error_code: 'PERMISSION_DENIED' });
    expect(await fetching(`return ctx.http.fetch('https://127.0.0.2/')`, ['http:127.0.0.2'])).toMatchObject({
      error_code: 'PERMISSION_DENIED',
    });
    expect(await fetching(`return ctx.http.fetch('http://example.com/')`, ['http:example.com'])).toMatchObject({
      error_code: 'PERMISSION_DENIED',
      error: expect.stringMatching(/use https/),
    });
    expect(await fetching(`return ctx.http.fetch('https://evil-example.com/')`, ['http:*.example.com'])).toMatchObject({
      error_code: 'PERMISSION_DENIED',
    });
  });

  it('cannot set headers of the connection, nor follow a redirect', async () => {
    for (const name of ['host', 'content-length', 'transfer-encoding', 'bad name'])
      expect(await fetching(`return ctx.http.fetch(${url('ok')}, { headers: { '${name}': '1' } })`)).toMatchObject({
        error_code: 'VALIDATION_TYPE_ERROR',
      });
    expect(await fetching(`return ctx.http.fetch(${url('redirect')})`)).toMatchObject({
      status: 'error',
      error: expect.stringMatching(/redirects/),
    });
    expect(server.received.length).toBe(1);
  });

  it('that fails is an error that the code can catch', async () => {
    for (const [path, code] of Object.entries({ reset: 'BACKEND_5XX', cut: 'BACKEND_5XX' })) {
      server.answers[path] = BROKEN[path]!;
      expect(await fetching(`return ctx.http.fetch(${url(path)}).catch((e) => e.code)`)).toMatchObject({ data: code });
    }
    expect(await fetching(`return (await ctx.http.fetch(${url('failed')})).status`)).toMatchObject({ data: 500 });
  });

  it('has the same key when its call is repeated under an Idempotency-Key, and another one for another call', async () => {
    const body = `await ctx.http.fetch(${url('ok')}, { method: 'POST', body: 'x' }); await ctx.http.fetch(${url('refused')}, { method: 'POST' }); throw Object.assign(new Error('again'), { code: 'BACKEND_5XX' })`;
    const key = { idempotencyKey: 'twice' };
    await fetching(body, undefined, ada(key));
    await harness.run('fetcher', 'go', {}, ada(key));
    await harness.run('fetcher', 'go', {}, ada({ idempotencyKey: 'other' }));
    const keys = server.received.map(({ headers }) => headers['idempotency-key']);
    expect(new Set(keys).size).toBe(4);
    expect(keys).toHaveLength(4);
  });
});

describe('what code logs', () => {
  const logs = (more: object = {}, ctx = ada()) => harness.call(kernel.listAppLogs, ctx, { app_id: 'papers', limit: 50, ...more });

  it('is kept for the developer of its app, newest first, and not more than 100 lines of a call', async () => {
    await run('logs');
    const errors = await logs({ level: 'error' });
    expect(errors.logs).toMatchObject([{ level: 'error', message: 'odd', fields: { a: '1' }, function: 'logs', user_id: 'imp_u_ada' }]);
    const { call_id } = errors.logs[0]!;
    const first = await logs({ call_id });
    expect(first.logs[0]).toMatchObject({ level: 'warn', message: '53 more lines were left out' });
    const second = await logs({ call_id, cursor: first.next_cursor });
    const third = await logs({ call_id, cursor: second.next_cursor });
    expect(third).toMatchObject({ logs: [{ message: 'imported', fields: { rows: 3 } }], next_cursor: null });
  });

  it('is shown to nobody else', async () => {
    await expect(logs({}, bob())).rejects.toThrow();
    await expect(logs({}, ada({ tenant: 'other' }))).rejects.toThrow();
  });
});

describe('a panel in code', () => {
  it('shows the tree that it returns, and only reads', async () => {
    const panels = ['shows', 'writes', 'wrong'].map((entry) => ({
      panel_id: entry,
      slot: 'left',
      render: { kind: 'code', module: 'main.js', entry },
    }));
    const text = `
      export const shows = async (ctx, params) => ({ type: 'Text', props: { text: params.name + (await ctx.store.list('note')).length } });
      export const writes = (ctx) => ctx.store.create('note', {});
      export const wrong = () => 'a text';`;
    await harness.publishApp('board', [], { ui: { panels }, modules: { 'main.js': text }, capabilities: ['store:write'] });
    expect(await harness.run('board', '__panel__shows', { name: 'n' })).toMatchObject({
      status: 'success',
      ui: { type: 'Text', props: { text: 'n0' } },
    });
    expect(await harness.run('board', '__panel__writes')).toMatchObject({
      error_code: 'PERMISSION_DENIED',
      error: expect.stringMatching(/a panel only reads/),
    });
    expect(await harness.run('board', '__panel__wrong')).toMatchObject({
      status: 'error',
      error: expect.stringMatching(/must return a UINode/),
    });
  });
});

describe('a trial run of code', () => {
  it('uses a store that is rolled back, and nothing else', async () => {
    const modules = {
      'main.js': `export const add = async (ctx) => [(await ctx.store.create('note', {})).id.slice(0, 4), (await ctx.store.list('note')).length]; export const ask = (ctx) => ctx.ai.complete({ prompt: 'x' }); export const get = (ctx) => ctx.http.fetch('https://${'x'}.example'); export const keep = (ctx) => ctx.cache.set('k', 1)`,
    };
    const ir_dict = irOf(
      'trial',
      ['add', 'ask', 'get', 'keep'].map((name) => inCode(name)),
      { modules, capabilities: ['store:write'] },
    );
    const smoke = (name: string) => harness.call(kernel.smokeIr, ada(), { ir_dict, function: name, args: {} });
    expect(await smoke('add')).toMatchObject({ ok: true, result: ['doc_', 1] });
    expect(await smoke('add')).toMatchObject({ ok: true, result: ['doc_', 1] });
    for (const name of ['ask', 'get', 'keep'])
      expect(await smoke(name)).toMatchObject({ ok: false, result: { error_code: 'PERMISSION_DENIED' } });
  });
});
