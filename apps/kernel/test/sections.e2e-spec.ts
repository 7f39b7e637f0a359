import { kernel, type SkeletonSection } from '@skep/contracts/kernel';
import { registry } from '@skep/contracts/registry';
import type { Ctx } from '@skep/platform';
import { asService, codeOf, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { inCode } from './code.js';
import { BROKEN, type DeveloperServer, json, startDeveloperServer } from './developer-server.js';
import { fn, type KernelHarness, startKernel } from './kernel.js';
import { person } from './tasks.js';

let harness: KernelHarness;
let server: DeveloperServer;
let ada: Ctx;
let bob: Ctx;

const code = (entry: string) => ({ kind: 'code', module: 'main.js', entry });
const steps = (...list: object[]) => ({ kind: 'declarative', steps: list });
const create = { id: 's1', op: 'store.create', args: { kind: 'note', data: {} } };
const list = { id: 'l1', op: 'store.list', args: { kind: 'note' } };

beforeAll(async () => {
  server = await startDeveloperServer();
  harness = await startKernel({ env: { SKEP_OUTBOUND_ALLOW: '127.0.0.1' }, beside: ['registry', 'auth-gateway', 'channels'] });
  [ada, bob] = [await person(harness), await person(harness)];
  const host = new URL(server.urlOf('')).host;
  const main = `
    export const add = (ctx) => ctx.store.create('note', {});
    export const peek = (ctx) => ctx.store.list('note');
    export const counts = async (ctx) => ({ notes: (await ctx.store.list('note')).length, user: ctx.user.id });
    export const remote = async (ctx) => JSON.parse((await ctx.http.fetch('${server.urlOf('inbox')}')).body);
    export const writes = async (ctx) => ({ id: (await ctx.store.create('note', {})).id });
    export const calls = async (ctx) => ctx.call('add');
    export const list = () => [1];
    export const large = () => ({ text: 'x'.repeat(65_536) });
    export const loops = () => { while (true); };`;
  const skeleton = [
    { section: 'counts', producer: code('counts'), ttl: 3_600 },
    { section: 'listed', producer: steps(list) },
    { section: 'remote', producer: code('remote'), ttl: 1 },
    { section: 'watched', producer: code('counts'), alert: true, ttl: 1 },
    ...['writes', 'calls', 'list', 'large', 'loops'].map((section) => ({ section, producer: code(section) })),
    { section: 'steps', producer: steps(create) },
  ];
  const functions = [inCode('add'), inCode('peek', { action_type: 'read' }), fn('save', [create])];
  const more = { title: 'Papers', modules: { 'main.js': main }, skeleton, capabilities: ['store:write', 'chat:send', `http:${host}`] };
  await harness.publishApp('papers', functions, more, undefined, {}, ada);
});
afterAll(async () => {
  await harness?.close();
  await server?.close();
});

const key = (section: string, who: Ctx) => ({ user_id: who.user, section, extension_id: 'papers', tenant_id: 'default' });
const read = (section: string, who = ada): Promise<SkeletonSection> =>
  harness.call(kernel.getSkeleton, { ...asService('agent'), deadline: Date.now() + 20_000 }, key(section, who));
const call = (name: string) => harness.run('papers', name, {}, { ...ada, deadline: Date.now() + 15_000 });
const produced = (section: string) => harness.actions('papers', `__skeleton__${section}`);
const outdate = (section: string) => harness.query(`update skeleton_section set fresh_until = now() where section = $1`, [section]);

describe('a section with a producer', () => {
  it('is made when it is read, in the name of its user, and kept for its ttl', async () => {
    const { data } = await read('counts');
    expect(data).toEqual({ notes: 0, user: ada.user });
    expect(await read('counts')).toMatchObject({ data });
    expect(await produced('counts')).toEqual([
      expect.objectContaining({ source: 'skeleton', action_type: 'read', status: 'success', user_id: ada.user, action_price: 0 }),
    ]);
    expect(await harness.events('papers.__skeleton__counts')).toEqual([]);
  });

  it('is the last result of its steps', async () => expect((await read('listed')).data).toMatchObject({ count: 0 }));

  it('is outdated by a call that changes something, and not by one that reads', async () => {
    const before = (await produced('counts')).length;
    await call('peek');
    await read('counts');
    expect(await produced('counts')).toHaveLength(before);
    for (const name of ['add', 'save']) await call(name);
    expect((await read('counts')).data).toMatchObject({ notes: 2 });
  });

  it('is made by one call for all who ask at once', async () => {
    await outdate('counts');
    const before = (await produced('counts')).length;
    await Promise.all(Array.from({ length: 8 }, () => read('counts')));
    expect(await produced('counts')).toHaveLength(before + 1);
  });

  it('stays as it was while its producer fails', async () => {
    server.answers['inbox'] = json({ unread: 3 });
    expect((await read('remote')).data).toEqual({ unread: 3 });
    server.answers['inbox'] = BROKEN['html']!;
    await outdate('remote');
    expect((await read('remote')).data).toEqual({ unread: 3 });
    expect((await produced('remote')).at(-1)).toMatchObject({ status: 'failed' });
    server.answers['inbox'] = json({ unread: 4 });
    expect((await read('remote')).data).toEqual({ unread: 4 });
  });

  it('is what was saved while it was made', async () => {
    server.answers['inbox'] = (response, request) =>
      void harness
        .call(kernel.saveSkeleton, asService('mail'), { ...key('remote', ada), data: { saved: true } })
        .then(() => json({})(response, request));
    await outdate('remote');
    expect((await read('remote')).data).toEqual({ saved: true });
    server.answers['inbox'] = json({ unread: 9 });
    expect((await read('remote')).data).toEqual({ saved: true });
  });

  it.each([
    ['writes', 'store.create: what makes a section of a skeleton only reads'],
    ['calls', 'call: what makes a section of a skeleton only reads'],
    ['steps', 'store.create: what makes a section of a skeleton only reads'],
    ['list', 'must make an object of at most 64 KiB'],
    ['large', 'must make an object of at most 64 KiB'],
    ['loops', 'processor time'],
  ])('is not made by a producer that does not follow the rules: %s', async (section, error) => {
    const notes = await harness.query('select id from document');
    expect(await codeOf(read(section))).toBe('skeleton_section_not_found');
    expect(await produced(section)).toEqual([expect.objectContaining({ status: 'failed', error: expect.stringContaining(error) })]);
    expect(await harness.query('select id from document')).toHaveLength(notes.length);
  });

  it('is not made for who does not have the app, nor by a call of a user', async () => {
    expect(await codeOf(read('counts', bob))).toBe('skeleton_section_not_found');
    expect(await codeOf(read('unknown'))).toBe('skeleton_section_not_found');
    expect(await call('__skeleton__counts')).toMatchObject({ status: 'error', error_code: 'UNKNOWN_SUB_FUNCTION' });
  });
});

describe('a section that alerts', () => {
  const watches = () => harness.query(`select id from run where kind = 'skeleton.watch' and ended_at is null`);
  const notifications = () => harness.infra.query('channels', 'select subject, message from notification where user_id = $1', [ada.user]);
  /** Five minutes pass. */
  const pass = async () => {
    const [due] = await watches();
    await harness.query('update run set due_at = now() where id = $1', [due!['id']]);
    await waitUntil('the watch', async () => (await watches())[0]?.['id'] !== due!['id'], 20_000);
  };

  it('is made every five minutes, and a change is one notification', async () => {
    await harness.publish(registry.installChanged, {
      ...{ app_id: 'papers', user_id: ada.user, tenant_id: 'default', installed: true, install_count: 1, sequence: 1 },
    });
    await waitUntil('a watch', async () => (await watches()).length === 1, 10_000);
    await pass();
    await pass();
    expect(await notifications()).toEqual([]);
    await call('add');
    await pass();
    await waitUntil('the notification', async () => (await notifications()).length > 0, 20_000);
    await pass();
    expect(await notifications()).toEqual([{ subject: 'Papers', message: 'watched has changed.' }]);
    expect(await watches()).toHaveLength(1);
  });
});
