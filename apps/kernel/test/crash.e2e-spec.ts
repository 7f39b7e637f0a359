import { type CallResult, kernel, registry } from '@skep/contracts';
import { Bus, connectNats, openLog } from '@skep/platform';
import { type Infrastructure, infrastructure, until } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ada, fn, irOf } from './stage.js';

let infra: Infrastructure;
let bus: Bus;

beforeAll(async () => {
  infra = await infrastructure();
  await infra.app('registry');
  bus = new Bus(await connectNats('test', { NATS_URL: infra.nats.url }, openLog('test', 'silent')), 'test');
  await bus.call(registry.publishRelease, ada(), {
    ...{
      app_id: 'links',
      developer_id: 'imp_u_ada',
      name: 'Links',
      description: '',
      icon: '',
      version: '1.0.0',
      manifest: {},
      functions: [],
    },
    ir: irOf('links', [fn('save', [{ id: 's1', op: 'store.create', args: { kind: 'link', data: { n: '{{event.n}}' } } }])]),
  });
});
afterAll(async () => {
  await bus?.close();
  await infra?.close();
});

it('a kernel killed under load has kept everything that it said it had, and its events get their numbers from the next one', async () => {
  const kept: string[] = [];
  const save = async (n: number) => {
    const input = { app_id: 'links', user_id: 'imp_u_ada', tenant_id: 'default', function: 'save', params: { n } };
    const result: CallResult = await bus.call(kernel.call, ada({ deadline: Date.now() + 1_000 }), input);
    if (result.status === 'success') kept.push((result.data as { prev: { id: string } }).prev.id);
  };
  for (let round = 0; round < 2; round++) {
    const process = await infra.app('kernel');
    const before = kept.length;
    let dead = false;
    const streams = [...Array(8).keys()].map(async (stream) => {
      for (let n = 0; !dead; n++) await save(stream * 1e6 + n).catch(() => undefined);
    });
    await until('a stream of creates', () => kept.length > before + 100, 10_000);
    await process.kill('SIGKILL');
    dead = true;
    await Promise.all(streams);
  }
  const survivor = await infra.app('kernel');
  const found = await infra.query('kernel', 'select id from document where id = any($1)', [kept]);
  expect(found).toHaveLength(kept.length);
  const lines = await infra.query('kernel', `select id, result_preview from action where status = 'success'`);
  const lineOf = new Map(lines.map(({ id, result_preview }) => [/doc_[0-9a-f]+/.exec(String(result_preview))?.[0], String(id)]));
  const ids = kept.map((document) => lineOf.get(document));
  expect(ids.filter((id) => id === undefined)).toEqual([]);
  const told = await infra.query('kernel', `select payload ->> 'id' as id from feed_event where payload ->> 'id' = any($1)`, [ids]);
  expect(told).toHaveLength(kept.length);
  const outbox = await infra.query('kernel', `select payload ->> 'action_id' as id from outbox where payload ->> 'action_id' = any($1)`, [
    ids,
  ]);
  expect(outbox).toHaveLength(kept.length);
  await until('the numbers', async () => !(await infra.query('kernel', 'select 1 from feed_event where seq is null')).length);
  const [numbers] = await infra.query(
    'kernel',
    'select count(*) as count, max(seq) as head, count(distinct seq) as different from feed_event',
  );
  expect(numbers).toEqual({ count: numbers?.['head'], head: numbers?.['head'], different: numbers?.['head'] });
  await survivor.kill('SIGTERM');
}, 40_000);
