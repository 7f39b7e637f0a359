import { type Answer, type Json, type Request, type Skep, type TestUser, waitUntil } from '@skep/testkit';
import { expect } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const APP = 'link-saver';
const PRICE = 1;
const FREE_CREDITS = 500;
const CLIENTS = 8;
/** The pause between two requests of a client, for about 60 requests per second in total. */
const PAUSE_MS = 120;
const ATTEMPTS = 60;
const RETRY_MS = 250;

/** A priced app of a developer, and clients whose requests involve every service. */
export class MixedLoad {
  private version = 0;

  private constructor(
    private readonly skep: Skep,
    private readonly developer: TestUser,
    private readonly ir: Json,
  ) {}

  static async open(skep: Skep): Promise<MixedLoad> {
    const ir = JSON.parse(await readFile(new URL('../../../../../docs/examples/link-saver.json', import.meta.url), 'utf8')) as Json;
    const developer = await skep.signUpUser();
    const load = new MixedLoad(skep, developer, ir);
    const send = senderOf(skep, 1);
    await send(developer, '/v1/developer/register', { display_name: 'Ada' });
    const listing = { app_id: APP, name: 'Link Saver', short_description: 'Keeps links.', category: 'productivity' };
    await send(developer, '/v1/developer/apps', listing);
    const pricing = { pricing_model: 'per_action', pricing_config: { tool_prices: { save_link: PRICE } } };
    await send(developer, `/v1/developer/apps/${APP}`, pricing, 'PUT');
    await load.deploy(send, false);
    await send(await skep.signInAdmin(), `/v1/admin/apps/${APP}/approve`, {});
    return load;
  }

  /**
   * Starts clients of a new user, each with a session of its own.
   * @param options repeats: whether clients repeat a request that was not answered, with its Idempotency-Key
   */
  async start({ repeats = false } = {}): Promise<RunningLoad> {
    const { skep, developer } = this;
    const user = await skep.signUpUser();
    const send = senderOf(skep, repeats ? ATTEMPTS : 1);
    await waitUntil('the install', () => send(user, `/v1/marketplace/apps/${APP}/install`, {}));
    const deploysBefore = await this.countReleases();
    const events = await watchEvents(skep, user);
    const load: RunningLoad = { answered: 0, calls: 0, deploys: 0, failures: [], pauseMs: PAUSE_MS, waitFor, end, verify: () => verify() };
    let ended = false;
    const client = async (n: number) => {
      let session = user;
      const signedIn = ({ json }: Answer) =>
        (session = { ...session, access: String(json['access_token']), refresh: String(json['refresh_token']) });
      const mixed: (() => Promise<unknown>)[] = [
        async () => signedIn(await send(session, '/v1/auth/login', { email: user.email, password: user.password })),
        async () => signedIn(await send(session, '/v1/auth/refresh', { refresh_token: session.refresh })),
        () => send(session, '/v1/auth/me'),
        () => send(session, '/v1/billing/balance'),
        () => assertSuccess(callOf(send, session, APP, 'save_link', { url: 'https://example.com' })).then(() => load.calls++),
        () => send(session, '/v1/marketplace/apps'),
        () => send(developer, '/v1/developer/apps'),
        () => send(session, '/v1/me/extensions'),
        () => send(session, `/v1/secrets/${APP}`),
      ];
      // Only one client deploys: concurrent deploys of an app conflict.
      const requests = n === 0 ? [() => this.deploy(send, true).then(() => load.deploys++)] : mixed;
      for (let i = n; !ended; i++) {
        await requests[i % requests.length]!().catch((error: Error) => load.failures.push(error.message));
        load.answered++;
        await sleep(load.pauseMs);
      }
    };
    const clients = Promise.all(Array.from({ length: CLIENTS }, (_, n) => client(n)));
    async function waitFor(requests: number) {
      const wanted = load.answered + requests;
      await waitUntil('requests to go on', () => load.answered >= wanted, 60_000);
    }
    async function end() {
      ended = true;
      await clients;
    }
    const verify = async () => {
      expect(load.failures).toEqual([]);
      expect(Math.min(load.calls, load.deploys)).toBeGreaterThan(0);
      expect(await this.count('kernel', `action where user_id = $1 and tool_name = 'save_link'`, [user.id])).toBe(load.calls);
      expect(await this.count('kernel', 'document where user_id = $1', [user.id])).toBe(load.calls);
      expect((await this.countReleases()) - deploysBefore).toBe(load.deploys);
      const received = () => events.count(`${APP}.save_link`);
      await waitUntil('every event', () => received() >= load.calls);
      const balance = async () => Number((await send(user, '/v1/billing/wallet')).json['balance']);
      const expected = FREE_CREDITS - load.calls * PRICE;
      await waitUntil('every charge', async () => (await balance()) === expected).catch(() => undefined);
      expect([received(), await balance()]).toEqual([load.calls, expected]);
      expect(await skep.infra.query('billing', 'select * from check_ledger()')).toEqual([]);
      events.close();
    };
    return load;
  }

  /** Deploys a new release. */
  private deploy(send: Send, dev_mode: boolean): Promise<Answer> {
    const ir_dict = { ...this.ir, app: { ...this.ir['app'], version: `1.0.${this.version++}` } };
    return assertSuccess(callOf(send, this.developer, 'developer', 'deploy_ir', { app_id: APP, ir_dict, dev_mode }));
  }

  private countReleases(): Promise<number> {
    return this.count('registry', 'release where app_id = $1', [APP]);
  }

  private async count(service: string, rows: string, values: unknown[]): Promise<number> {
    return Number((await this.skep.infra.query(service, `select count(*)::int as n from ${rows}`, values))[0]!['n']);
  }
}

/** What clients did so far. */
export interface RunningLoad {
  answered: number;
  calls: number;
  deploys: number;
  failures: string[];
  pauseMs: number;
  /** Waits for so many more requests. */
  waitFor(requests: number): Promise<void>;
  end(): Promise<void>;
  /** Expects that every request succeeded, and that each call was recorded, stored, charged and told once. */
  verify(): Promise<void>;
}

type Send = ReturnType<typeof senderOf>;

/** Sends a request of a user, and repeats it with the same key while a service does not answer. */
const senderOf =
  ({ http }: Skep, attempts: number) =>
  async (user: TestUser, path: string, body?: unknown, method = body ? 'POST' : 'GET'): Promise<Answer> => {
    const request: Request = { token: user.access, body, ...(body !== undefined && { headers: { 'idempotency-key': randomUUID() } }) };
    for (let attempt = 1; ; attempt++) {
      const answer = await http(method, path, request);
      const isTemporary = answer.status >= 409 || Boolean(answer.json['retryable']);
      if (answer.status < 300 && !isTemporary) return answer;
      if (attempt >= attempts || !isTemporary) throw new Error(`${path}: ${answer.text}`);
      await sleep(RETRY_MS);
    }
  };

const callOf = (send: Send, user: TestUser, app: string, name: string, params: object) =>
  send(user, `/v1/extensions/${app}/call`, { user_id: user.id, function: name, params });

async function assertSuccess(answering: Promise<Answer>): Promise<Answer> {
  const answer = await answering;
  if (String(answer.json['status']) !== 'success') throw new Error(answer.text);
  return answer;
}

async function watchEvents({ url }: Skep, user: TestUser) {
  const stop = new AbortController();
  const headers = { authorization: `Bearer ${user.access}` };
  const answer = await fetch(`${url}/v1/events/stream`, { headers, signal: stop.signal });
  let text = '';
  const read = async () => {
    const decoder = new TextDecoder();
    for await (const chunk of answer.body ?? []) text += decoder.decode(chunk, { stream: true });
  };
  void read().catch(() => undefined);
  return { count: (type: string) => text.split(`"type":"${type}"`).length - 1, close: () => stop.abort() };
}
