import { auth } from '@skep/contracts/auth';
import { kernel, type Task } from '@skep/contracts/kernel';
import { portal } from '@skep/contracts/portal';
import type { Ctx } from '@skep/platform';
import { asUser, waitUntil } from '@skep/testkit';
import { fn, type KernelHarness } from './kernel.js';

const create = (id: string, data: object) => ({ id, op: 'store.create', args: { kind: 'note', data } });
const think = { id: 'a1', op: 'ai.complete', args: { prompt: '{{event.prompt}}' } };
const peek = { id: 'c1', op: 'call', args: { app_id: 'automations', function: 'list_rules', params: {} } };
const params_schema = { type: 'object', properties: { prompt: { type: 'string' } }, required: ['prompt'] };

/** Publishes an app that every user has, whose functions `think` and `study` are tasks. @param price of `think`, in credits */
export async function publishThinker(harness: KernelHarness, price?: number): Promise<void> {
  const steps = [create('s1', { n: '{{event.prompt}}' }), think, create('s2', { said: '{{steps.a1.text}}' })];
  const functions = [fn('think', steps, { params_schema }), fn('study', [think]), fn('save', [create('s1', {})]), fn('peek', [peek])];
  const tools = [
    { name: 'think', background: true },
    { name: 'study', long_running: true },
    { name: 'peek', background: true },
    { name: 'save', background: false },
  ];
  await harness.publishApp('thinker', functions, { capabilities: ['automations:read'] }, undefined, { tools });
  const app = { app_id: 'thinker', developer_id: 'imp_u_ada', tenant_id: 'default', revision: 1, version: '1.0.0', name: 'Thinker' };
  const listed = { short_description: '', category: '', icon: '', tags: [], system: true, functions: [], permissions: [] };
  const pricing = price ? { pricing_model: 'per_action', pricing_config: { tool_prices: { think: price } }, revenue_split: 70 } : {};
  await harness.publish(portal.appApproved, {
    ...app,
    ...listed,
    pricing_model: 'free',
    pricing_config: {},
    revenue_split: 70,
    ...pricing,
    approved_at: new Date(),
  });
  const isLive = () => harness.infra.query('registry', `select from app where app_id = 'thinker' and live_revision = 1`);
  await waitUntil('the approval', async () => (await isLive())[0], 10_000);
}

let people = 0;
const admin = asUser('root', { role: 'admin', scopes: ['*'] });

/** A new user of the tenant `default`. */
export async function person(harness: KernelHarness, more: { role?: string } = {}): Promise<Ctx> {
  const email = `person${people++}@example.com`;
  const { imperal_id } = await harness.call(
    auth.createUser,
    { ...admin, deadline: Date.now() + 20_000 },
    { email, password: 'a long enough one', role: 'user', ...more },
  );
  return asUser('', { user: imperal_id, email, scopes: ['extensions:call'] });
}

/** Starts a task that thinks. @returns its id */
export async function start(harness: KernelHarness, who: Ctx, prompt = 'Hm?', name = 'think'): Promise<string> {
  const { task_id } = await harness.run('thinker', name, { prompt }, { ...who, deadline: Date.now() + 15_000 });
  if (!task_id) throw new Error('the call started no task');
  return task_id;
}

export const taskOf = (harness: KernelHarness, who: Ctx, task_id: string): Promise<Task> =>
  harness.call(kernel.getTask, { ...who, idempotencyKey: undefined }, { task_id });

/** Waits until a task has ended. */
export const endOf = (harness: KernelHarness, who: Ctx, task_id: string): Promise<Task> =>
  waitUntil(
    `the end of ${task_id}`,
    async () => {
      const task = await taskOf(harness, who, task_id);
      return task.ended_at ? task : undefined;
    },
    20_000,
  ) as Promise<Task>;
