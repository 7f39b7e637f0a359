import { connections, type HealthToken, HealthNotConnected, HealthProviderNotFound } from '@skep/contracts/connections';
import { NotFound, Problem } from '@skep/contracts';
import type { Ctx } from '@skep/platform';
import { asUser, type LanguageModel, languageModel, type ServiceHarness, startModels, startService } from '@skep/testkit';
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { start } from '../src/main.js';

export const [ada, ben] = [asUser('ada'), asUser('ben')];
export const DAY_MS = 86_400_000;
export const daysAgo = (days: number, ms = 0): Date => new Date(Date.now() - days * DAY_MS + ms);
export const dayOf = (date: Date): string => date.toISOString().slice(0, 10);

/** Answers one request to a vendor, or lets the next one do so. */
export type Answer = (request: {
  path: string;
  query: URLSearchParams;
  token: string;
}) => { status?: number; headers?: Record<string, string>; body: unknown } | undefined;

/** All vendors on one loopback address, which misbehave as a test says. */
export interface Vendors {
  url: string;
  /** What the next requests get instead, first come, first served. */
  next: Answer[];
  usual: Answer;
  /** The paths of the requests so far, with their queries. */
  asked: string[];
  /** Tokens that are refused. */
  stale: Set<string>;
  close(): Promise<void>;
}

export async function startVendors(): Promise<Vendors> {
  const vendors: Vendors = {
    url: '',
    next: [],
    usual: () => ({ body: [] }),
    asked: [],
    stale: new Set(),
    close: () => closeServer(server),
  };
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '', 'http://vendor');
    const asked = { path: url.pathname, query: url.searchParams, token: (request.headers.authorization ?? '').replace('Bearer ', '') };
    vendors.asked.push(`${url.pathname}${url.search}`);
    const answer = vendors.stale.has(asked.token) ? { status: 401, body: {} } : (vendors.next.shift()?.(asked) ?? vendors.usual(asked));
    if (!answer) return void request.socket.destroy();
    const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
    response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers }).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  vendors.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return vendors;
}

const closeServer = (server: Server): Promise<void> => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
};

/** Stands in for the service that has the connections. */
export interface Connections {
  /** The providers of people, by `<user> <provider>`: the token that works. */
  tokens: Map<string, string>;
  renewed: number;
  /** Messages of providers, by their ids. */
  deliveries: Map<string, { provider: string; payload: unknown; received_at: Date }>;
  noted: { user: string; provider: string; error?: string | undefined }[];
}

export interface HealthWorld extends ServiceHarness {
  vendors: Vendors;
  connections: Connections;
  model: LanguageModel;
  connect(ctx: Ctx, provider: string): Promise<void>;
  /** A provider sends something by itself. */
  receive(ctx: Ctx, provider: string, payload: unknown, received_at?: Date): Promise<void>;
}

export const settings = (vendors: Vendors): Record<string, string> => ({
  ...Object.fromEntries(['GARMIN', 'OURA', 'STRAVA', 'WHOOP'].map((name) => [`${name}_API_BASE`, `${vendors.url}/${name.toLowerCase()}`])),
  SKEP_RUN_LEASE_MS: '1000',
});

/** @param inProcess whether the service runs in the process of the test */
export async function openHealth({ inProcess = true, withModel = false } = {}): Promise<HealthWorld> {
  const [vendors, model] = [await startVendors(), await languageModel()];
  const harness = await startService('coach', inProcess ? start : undefined, { env: settings(vendors) });
  const state: Connections = { tokens: new Map(), renewed: 0, deliveries: new Map(), noted: [] };
  standInForConnections(harness, state);
  if (withModel) await startModels(harness, model);
  return {
    ...harness,
    vendors,
    model,
    connections: state,
    connect: async ({ tenant, user }, provider) => {
      state.tokens.set(`${user} ${provider}`, `token-${user}`);
      await harness.publish(connections.healthConnected, {
        tenant_id: tenant,
        user_id: user,
        provider,
        connection_id: `hc_${user}_${provider}`,
      });
    },
    receive: async ({ tenant, user }, provider, payload, received_at = new Date()) => {
      const delivery_id = randomUUID();
      state.deliveries.set(delivery_id, { provider, payload, received_at });
      const of = { tenant_id: tenant, user_id: user, provider, connection_id: `hc_${user}_${provider}` };
      await harness.publish(connections.healthReceived, { ...of, delivery_id, type: 'activity' });
    },
    close: async () => {
      await harness.close();
      await Promise.all([vendors.close(), model.close()]);
    },
  };
}

const PROVIDERS = ['garmin', 'oura', 'strava', 'whoop', 'terra-fitbit'];

type Answers = Record<string, (who: { user: string }, input: { provider: string; delivery_id: string; error?: string }) => unknown>;

function standInForConnections({ bus }: ServiceHarness, state: Connections): void {
  const toToken = (user: string, provider: string): HealthToken => {
    const access_token = state.tokens.get(`${user} ${provider}`);
    if (access_token === undefined) throw HealthNotConnected();
    return { access_token, vendor_user_id: user, scopes: [], connection_id: `hc_${user}_${provider}` };
  };
  const answers: Answers = {
    [connections.healthToken.subject]: ({ user }, { provider }) => toToken(user, provider),
    [connections.renewHealthToken.subject]: ({ user }, { provider }) => {
      state.renewed++;
      state.tokens.set(`${user} ${provider}`, `renewed-${state.renewed}-${user}`);
      return toToken(user, provider);
    },
    [connections.noteHealthSync.subject]: ({ user }, { provider, error }) => {
      state.noted.push({ user, provider, error });
      return {};
    },
    [connections.getHealthDelivery.subject]: (_, { delivery_id }) => {
      const delivery = state.deliveries.get(delivery_id);
      if (!delivery) throw NotFound();
      return { ...delivery, connection_id: 'hc', type: '', payload: JSON.stringify(delivery.payload) };
    },
    [connections.getHealthProvider.subject]: ({ user }, { provider }) => {
      if (!PROVIDERS.includes(provider)) throw HealthProviderNotFound();
      const status = state.tokens.has(`${user} ${provider}`) ? 'connected' : 'disconnected';
      return { id: provider, name: 'Strava', kind: 'oauth', status };
    },
  };
  for (const [subject, answer] of Object.entries(answers))
    bus.connection.subscribe(subject, {
      callback: (_, message) => {
        const { headers } = message;
        try {
          message.respond(JSON.stringify(answer(JSON.parse(headers!.get('ctx')) as { user: string }, message.json())));
        } catch (error) {
          if (!(error instanceof Problem)) throw error;
          headers!.set('problem', '1');
          message.respond(JSON.stringify(error.body), { headers: headers! });
        }
      },
    });
}
