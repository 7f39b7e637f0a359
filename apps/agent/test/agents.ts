import { agent, type Say, type TurnAnswer } from '@skep/contracts/agent';
import { auth } from '@skep/contracts/auth';
import type { Ctx, Env, RunningProcess } from '@skep/platform';
import { type AppProcess, asService, asUser, type ServiceHarness, startModels, startService } from '@skep/testkit';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ScriptedModel, scriptedModel } from './scripted-model.js';

/** A call of a function of the app `links`, which every person has here. */
export interface Called {
  name: string;
  key: string;
}

export interface Agents extends ServiceHarness {
  model: ScriptedModel;
  models: AppProcess;
  /** What agents called. */
  called: Called[];
  /** How long a function takes, in milliseconds. */
  callMs: number;
  /** Further apps that every person has. */
  apps: (typeof LINKS)[];
  person(): Promise<Ctx>;
  talk(who: Ctx): Promise<string>;
  say(who: Ctx, conversation_id: string, content: string, more?: Partial<Say>): Promise<TurnAnswer>;
  /** Starts a turn without waiting for it; gives its run. */
  begin(who: Ctx, conversation_id: string, content: string): Promise<string>;
  said(who: Ctx, conversation_id: string): Promise<{ role: string; content: string; metadata: Record<string, unknown> }[]>;
}

const keyOf = (ctx = '{}'): string => String((JSON.parse(ctx) as { idempotencyKey?: string }).idempotencyKey);

const FUNCTIONS = [
  { name: 'save', description: 'Saves a link.', params_schema: { type: 'object', properties: {} }, action_type: 'write' },
  { name: 'list', description: 'Lists links.', params_schema: { type: 'object', properties: {} }, action_type: 'read' },
];
export const LINKS = {
  ...{ app_id: 'links', name: 'Links', description: '', version: '1', icon: '', system: false, functions: FUNCTIONS, tools: FUNCTIONS },
  ...{ panels: [], is_installed: true, is_disabled: false, is_suspended: false, installed_at: null, permissions: [] },
  ...{ consent_needed: false, new_permissions: [] },
};

/** The agent service with a model, identity, and an app whose functions are answered here. Without `start` the test starts it as a process. */
export async function openAgents(start?: (env: Env) => Promise<RunningProcess>, env: Record<string, string> = {}): Promise<Agents> {
  const model = await scriptedModel();
  const harness = await startService('agent', start, { env, beside: ['auth-gateway'] });
  const models = await startModels(harness, model as never, { SKEP_LLM_TIER: 'free' });
  const called: Called[] = [];
  const { connection } = harness.bus;
  const respond = (subject: string, answer: (key: string, input: { function: string }) => unknown) =>
    connection.subscribe(subject, {
      callback: (_, message) =>
        void (async () => {
          const body = await answer(keyOf(message.headers?.get('ctx')), message.json());
          message.respond(JSON.stringify(body));
        })(),
    });
  respond('op.registry.listMyExtensions', () => [LINKS, ...self.apps]);
  const self = {
    ...harness,
    ...{ model, models, called, callMs: 0, apps: [] as (typeof LINKS)[] },
    close: async () => {
      await harness.close();
      await model.close();
    },
    person: async () => {
      const email = `${randomUUID()}@example.com`;
      const account = { email, password: 'correct horse battery', tenant_id: 'default' };
      const { access_token } = await harness.call(auth.register, asService('panel'), account);
      const { sub } = JSON.parse(Buffer.from(access_token.split('.')[1]!, 'base64url').toString()) as { sub: string };
      return asUser('x', { user: sub, email, scopes: ['agent:use', 'extensions:call'], deadline: Date.now() + 600_000 });
    },
    talk: async (who: Ctx) => (await harness.call(agent.createConversation, who, {})).id,
    say: (who: Ctx, conversation_id: string, content: string, more: Partial<Say> = {}) =>
      harness.call(agent.chat, { ...who, deadline: Date.now() + 60_000 }, { conversation_id, content, ...more }),
    begin: async (who: Ctx, conversation_id: string, content: string) =>
      (await harness.call(agent.streamChat, who, { conversation_id, content })).run_id,
    said: async (who: Ctx, conversation_id: string) =>
      (await harness.call(agent.listMessages, who, { conversation_id, limit: 1000, offset: 0 })).rows,
  };
  respond('op.kernel.callFunction', async (key, { function: name }) => {
    called.push({ name, key });
    await sleep(self.callMs);
    return { status: 'success', data: { n: called.length }, summary: null, error: null, ui: null };
  });
  return self;
}
