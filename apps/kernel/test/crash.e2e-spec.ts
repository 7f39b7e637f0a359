import { languageModel, startModels, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { ada, fn, type KernelHarness, startKernelProcesses } from './kernel.js';

let harness: KernelHarness;

beforeAll(async () => {
  harness = await startKernelProcesses();
  await harness.publishApp('links', [fn('save', [{ id: 's1', op: 'store.create', args: { kind: 'link', data: { n: '{{event.n}}' } } }])]);
});
afterAll(() => harness?.close());

it('a kernel killed under load has stored everything that it confirmed, and the next one numbers its events', async () => {
  const kept: string[] = [];
  const save = async (n: number) => {
    const result = await harness.run('links', 'save', { n }, ada({ deadline: Date.now() + 1_000 }));
    if (result.status === 'success') kept.push((result.data as { prev: { id: string } }).prev.id);
  };
  for (let round = 0; round < 2; round++) {
    const process = await harness.infra.startApp('kernel');
    const before = kept.length;
    let dead = false;
    const streams = [...Array(8).keys()].map(async (stream) => {
      for (let n = 0; !dead; n++) await save(stream * 1e6 + n).catch(() => undefined);
    });
    await waitUntil('a stream of creates', () => kept.length > before + 100, 10_000);
    await process.kill('SIGKILL');
    dead = true;
    await Promise.all(streams);
  }
  const survivor = await harness.infra.startApp('kernel');
  const found = await harness.query('select id from document where id = any($1)', [kept]);
  expect(found).toHaveLength(kept.length);
  const actions = await harness.query(`select id, result_preview from action where status = 'success'`);
  const actionIdByDocument = new Map(
    actions.map(({ id, result_preview }) => [/doc_[0-9a-f]+/.exec(String(result_preview))?.[0], String(id)]),
  );
  const ids = kept.map((document) => actionIdByDocument.get(document));
  expect(ids.filter((id) => id === undefined)).toEqual([]);
  const events = await harness.query(`select payload ->> 'id' as id from feed_event where payload ->> 'id' = any($1)`, [ids]);
  expect(events).toHaveLength(kept.length);
  const outbox = await harness.query(
    `select call ->> 'action_id' as id from outbox, jsonb_array_elements(payload -> 'calls') call where call ->> 'action_id' = any($1)`,
    [ids],
  );
  expect(outbox).toHaveLength(kept.length);
  await waitUntil('the numbers', async () => !(await harness.query('select 1 from feed_event where seq is null')).length);
  const [numbers] = await harness.query('select count(*) as count, max(seq) as head, count(distinct seq) as different from feed_event');
  expect(numbers).toEqual({ count: numbers?.['head'], head: numbers?.['head'], different: numbers?.['head'] });
  await survivor.kill('SIGTERM');
});

it('a kernel that receives SIGTERM finishes its calls first, also if the language model is slow', async () => {
  const model = await languageModel();
  model.mood = 'silent';
  try {
    await harness.publishApp('asker', [fn('ask', [{ id: 's1', op: 'ai.complete', args: { prompt: 'Hello' } }])]);
    await startModels(harness, model, { SKEP_LLM_TIER: 'free' });
    const first = await harness.infra.startApp('kernel');
    const asked = harness.run('asker', 'ask');
    await waitUntil('the question', () => model.asked.length);
    process.kill(first.pid, 'SIGTERM');
    await sleep(6_000);
    for (const answer of model.unanswered()) answer();
    expect(await asked).toMatchObject({ status: 'success' });
    await waitUntil('its end', () =>
      fetch(`${first.management}/healthz`).then(
        () => false,
        () => true,
      ),
    );
  } finally {
    await model.close();
  }
});
