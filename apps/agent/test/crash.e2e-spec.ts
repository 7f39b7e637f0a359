import type { Ctx } from '@skep/platform';
import { type AppProcess, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Agents, openAgents } from './agents.js';
import { words } from './scripted-model.js';

let agents: Agents;
let ada: Ctx;
let running: AppProcess;
const boot = async () => {
  running = await agents.infra.startApp('agent', { SKEP_RUN_LEASE_MS: '1000' });
};
const SLOW = 60;

beforeAll(async () => {
  agents = await openAgents();
  await boot();
  ada = await agents.person();
});
afterAll(() => agents?.close());

it('each turn ends once when the agent is killed in the middle: what it has said is kept, and no tool is used twice', async () => {
  agents.callMs = 600;
  const slow = await Promise.all(Array.from({ length: 4 }, () => agents.talk(ada)));
  const using = await Promise.all(Array.from({ length: 4 }, () => agents.talk(ada)));
  const runs = await Promise.all([
    ...slow.map((talk) => agents.begin(ada, talk, `slow ${SLOW}`)),
    ...using.map((talk) => agents.begin(ada, talk, 'use links__save {}')),
  ]);
  await waitUntil('the tools to be called', async () => agents.called.length >= 4);
  await sleep(200);
  await running.kill('SIGKILL');
  await boot();
  const ended = () => agents.query('select status from run where id = any($1) and ended_at is not null', [runs]);
  await waitUntil('all turns to end', async () => (await ended()).length === runs.length, 40_000);
  expect((await ended()).map(({ status }) => status)).toEqual(runs.map(() => 'done'));
  for (const talk of slow) {
    const [, answer, ...more] = await agents.said(ada, talk);
    expect([more, words(SLOW).startsWith(answer!.content), answer!.content.length > 0]).toEqual([[], true, true]);
    expect(answer!.metadata).toMatchObject({ interrupted: true });
  }
  for (const talk of using) {
    const [, answer, ...more] = await agents.said(ada, talk);
    expect([more, answer!.content.startsWith('tool said: ')]).toEqual([[], true]);
  }
  // The same key makes the kernel run a call once.
  expect(new Set(agents.called.map(({ key }) => key)).size).toBe(4);
});

it('a turn starts again when the models are killed before the first word', async () => {
  const talk = await agents.talk(ada);
  await agents.models.kill('SIGKILL');
  const run = await agents.begin(ada, talk, 'hello');
  await sleep(500);
  await agents.infra.startApp('models', {
    ...{ SKEP_LLM_PROVIDER: 'openai', SKEP_LLM_BASE_URL: `${agents.model.url}/v1`, SKEP_LLM_MODEL: 'usual', SKEP_LLM_TIER: 'free' },
  });
  await waitUntil('the answer', async () => (await agents.said(ada, talk)).length === 2, 30_000);
  expect((await agents.said(ada, talk))[1]!.content).toBe('hello');
  expect(await agents.query('select count(*)::int as n from run where id = $1', [run])).toEqual([{ n: 1 }]);
});
