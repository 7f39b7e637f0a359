import type { Ctx } from '@skep/platform';
import type { AppProcess } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Agents, openAgents } from './agents.js';
import { READ, TestTerminal } from './terminals.js';

let agents: Agents;
let ada: Ctx;
let running: AppProcess;
const boot = async () => {
  running = await agents.infra.startApp('agent', { SKEP_RUN_LEASE_MS: '1000' });
};

beforeAll(async () => {
  agents = await openAgents();
  await boot();
  ada = await agents.person();
});
afterAll(() => agents?.close());

/** The requests that a task has shown. */
const requestsOf = async (at: TestTerminal, run: string) => (await at.frames(run)).filter(({ type }) => type === 'tool_request');

it('a request that is open when the agent is killed is answered afterwards, and was made once', async () => {
  const at = new TestTerminal(agents, ada);
  const { task_id } = await at.start(READ);
  const request = await at.frame(task_id, 'tool_request');
  await running.kill('SIGKILL');
  await boot();
  await at.answer(request, { ok: true, content: 'wombats' });
  expect(await at.end(task_id)).toEqual({ status: 'done', text: expect.stringContaining('wombats') });
  expect(await requestsOf(at, task_id)).toHaveLength(1);
});

it('a request is neither lost nor made twice, wherever the agent is killed', async () => {
  for (const ms of [40, 150]) {
    const terminals = Array.from({ length: 4 }, () => new TestTerminal(agents, ada));
    const tasks = await Promise.all(terminals.map((at) => at.start(`${READ} then list_dir {"path":"."}`)));
    await sleep(ms);
    await running.kill('SIGKILL');
    await boot();
    for (const [n, at] of terminals.entries()) {
      const { task_id } = tasks[n]!;
      for (const nth of [0, 1]) await at.answer(await at.frame(task_id, 'tool_request', nth), { ok: true, content: `said ${nth}` });
      expect(await at.end(task_id)).toEqual({ status: 'done', text: expect.stringContaining('said 1') });
      expect((await requestsOf(at, task_id)).map(({ tool }) => tool)).toEqual(['read_file', 'list_dir']);
    }
  }
});
