import { afterAll, beforeAll } from '@jest/globals';
import {
  automation,
  type CreateCronJob,
  type CreateEventRule,
  type CreateInboundWebhook,
  type QueueJob,
  type SubmitQueueJob,
} from '@skep/contracts/automation';
import { agent } from '@skep/contracts/agent';
import type { Ctx } from '@skep/platform';
import { asAnonymous, type LanguageModel, languageModel, startModels, waitUntil } from '@skep/testkit';
import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type AutomationHarness, openAutomation } from './automation.js';

/** Automations of the agent gateway, beside an agent service that asks a model on loopback. */
export interface AgentAutomations extends AutomationHarness {
  model: LanguageModel;
  hook(who: Ctx, more?: Partial<CreateInboundWebhook>): ReturnType<typeof createHook>;
  /** Delivers to a webhook, as another party does. */
  deliver(slug: string, body: unknown, headers?: Record<string, string>): Promise<{ status: string; event_id: string }>;
  job(who: Ctx, more?: Partial<CreateCronJob>): Promise<{ id: string; signing_secret?: string }>;
  eventRule(who: Ctx, more?: Partial<CreateEventRule>): Promise<{ id: string; signing_secret?: string }>;
  submit(who: Ctx, more?: Partial<SubmitQueueJob>): Promise<QueueJob>;
  /** Waits until a person has so many jobs in the queue that have ended; the newest first. */
  ended(who: Ctx, count: number): Promise<QueueJob[]>;
  talk(who: Ctx): Promise<string>;
  /** What people have said to agents in a conversation. */
  said(who: Ctx, conversation_id: string): Promise<string[]>;
}

const createHook = (harness: AutomationHarness, who: Ctx, more: Partial<CreateInboundWebhook>) =>
  harness.call(automation.createInboundWebhook, who, { name: 'A hook', preset: 'generic', trigger_agent: true, ...more });

export const hmac = (secret: string, text: string) => createHmac('sha256', secret).update(text).digest('hex');

/** All of them for the tests of one file. */
export function useAgentAutomations(): AgentAutomations {
  const used = {} as AgentAutomations;
  beforeAll(async () => void Object.assign(used, await openAgentAutomations()));
  afterAll(() => (used as Partial<AgentAutomations>).close?.());
  return used;
}

async function openAgentAutomations(): Promise<AgentAutomations> {
  const model = await languageModel();
  const harness = await openAutomation({ SKEP_OUTBOUND_ALLOW: '127.0.0.2/32' });
  await Promise.all([startModels(harness, model, { SKEP_LLM_TIER: 'free' }), harness.infra.startApp('channels')]);
  await harness.infra.startApp('agent');
  return {
    ...harness,
    ...agentAutomationsOf(harness),
    model,
    close: async () => void (await Promise.all([harness.close(), model.close()])),
  };
}

export function agentAutomationsOf(harness: AutomationHarness): Omit<AgentAutomations, keyof AutomationHarness | 'model'> {
  const jobsOf = async (who: Ctx) => (await harness.call(automation.listQueueJobs, who, { limit: 200 })).jobs;
  return {
    hook: (who, more = {}) => createHook(harness, who, more),
    deliver: (slug, body, headers = {}) => {
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      return harness.call(automation.receiveInboundWebhook, asAnonymous(), { slug, headers, body: Buffer.from(text).toString('base64') });
    },
    job: (who, more = {}) => harness.call(automation.createCronJob, who, { name: 'A job', schedule: '0 9 * * *', action: 'log', ...more }),
    eventRule: (who, more = {}) =>
      harness.call(automation.createEventRule, who, {
        ...{ name: 'A rule', event_type: 'webhook.received', filters: {}, action: 'log', action_config: {}, enabled: true },
        ...more,
      }),
    submit: (who, more = {}) =>
      harness.call(automation.submitQueueJob, who, { type: 'log', payload: {}, priority: 0, max_retries: 0, ...more }),
    ended: async (who, count) => {
      const isDone = async () => {
        const all = await jobsOf(who);
        return all.length >= count && all.every(({ ended_at }) => ended_at);
      };
      await waitUntil(`${count} jobs to end`, isDone, 30_000);
      return jobsOf(who);
    },
    talk: async (who) => (await harness.call(agent.createConversation, who, {})).id,
    said: async (who, conversation_id) =>
      (await harness.call(agent.listMessages, who, { conversation_id, limit: 100, offset: 0 })).rows
        .filter(({ role }) => role === 'user')
        .map(({ content }) => content),
  };
}

/** A server of someone else, on an address that is allowed, and one that is not. */
export async function otherParty(host: string) {
  const seen: { url: string; headers: IncomingHttpHeaders; body: string }[] = [];
  const party = { seen, status: 200, url: '', close: () => new Promise<void>((resolve) => void server.close(() => resolve())) };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      seen.push({ url: request.url ?? '', headers: request.headers, body });
      response.writeHead(party.status).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  party.url = `http://${host}:${(server.address() as AddressInfo).port}`;
  return party;
}
