import { NotConfigured, TooManyRequests } from '@skep/contracts';
import { ConnectionFailed } from '@skep/contracts/connections';
import type { OutboundRequest } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { ConnectionsConfig } from '../connections.config.js';
import { OutboundClient } from '../provider/outbound-client.js';
import { ProviderError } from '../provider/provider-client.js';

const LIMITS = { timeoutMs: 8_000, maxBytes: 64 * 1024, redirects: 0, ofOperator: true };
const PREFIX = 'terra-';
/** The providers whose data comes from a phone, by Terra's SDK. */
const SDK: ReadonlySet<string> = new Set(['apple', 'health_connect', 'samsung', 'freestylelibresdk'].map((name) => PREFIX + name));

/** The id here of a provider that Terra has connected, such as `terra-fitbit`. */
export const terraProviderOf = (name: string): string =>
  PREFIX +
  name
    .toLowerCase()
    .replace(/[^a-z0-9_-]/g, '_')
    .slice(0, 50);
export const isOfTerra = (provider: string): boolean => provider.startsWith(PREFIX);
export const isOfTerraSdk = (provider: string): boolean => SDK.has(provider);
/** For people: `Health Connect`. */
export const terraNameOf = (provider: string): string =>
  provider
    .slice(PREFIX.length)
    .replaceAll('_', ' ')
    .replace(/\b[a-z]/g, (letter) => letter.toUpperCase());

type Answer = Record<string, unknown>;

/** The API of Terra (https://docs.tryterra.co). */
@Injectable()
export class TerraClient {
  constructor(
    private readonly config: ConnectionsConfig,
    private readonly outbound: OutboundClient,
  ) {}

  /** Opens a widget in which a person connects a wearable. @throws Problem `not_configured`, `too_many_requests`, `connection_failed` */
  async openSession(session: Readonly<Record<string, string>>): Promise<{ session_id: string; url: string; expires_in: number }> {
    const answer = await this.ask(this.config.TERRA_WIDGET_URL, { method: 'POST', body: JSON.stringify(session) });
    const { session_id, url } = answer;
    if (typeof session_id !== 'string' || typeof url !== 'string' || !/^https?:/.test(url)) throw ConnectionFailed();
    return { session_id, url, expires_in: secondsIn(answer, 900) };
  }

  /** A token for the SDK on a phone. @throws like `openSession` */
  async createSdkToken(): Promise<{ token: string; expires_in: number }> {
    const answer = await this.ask(`${this.base}/auth/generateAuthToken`, { method: 'POST' });
    if (typeof answer['token'] !== 'string' || !answer['token']) throw ConnectionFailed();
    return { token: answer['token'], expires_in: secondsIn(answer, 180) };
  }

  /** Ends what Terra has connected. Without settings there is nothing that could be ended. @throws ProviderError */
  async deauthenticate(terra_user_id: string): Promise<void> {
    if (!this.config.TERRA_DEV_ID) throw new ProviderError(true);
    const url = `${this.base}/auth/deauthenticateUser?user_id=${encodeURIComponent(terra_user_id)}`;
    const { status } = await this.send(url, { method: 'DELETE' });
    if (status >= 300) throw new ProviderError(status === 400 || status === 404 || status === 410);
  }

  private get base(): string {
    return this.config.TERRA_API_BASE.replace(/\/+$/, '');
  }

  private async ask(url: string, request: OutboundRequest): Promise<Answer> {
    if (!this.config.TERRA_DEV_ID) throw NotConfigured('Set TERRA_DEV_ID and TERRA_API_KEY.');
    try {
      const { status, bytes } = await this.send(url, request);
      if (status === 429) throw TooManyRequests('Terra takes no more requests at the moment. Try again soon.', 5);
      if (status >= 200 && status < 300) return Object(JSON.parse(bytes.toString())) as Answer;
    } catch (error) {
      if (!(error instanceof ProviderError || error instanceof SyntaxError)) throw error;
    }
    throw ConnectionFailed();
  }

  private async send(url: string, request: OutboundRequest) {
    const { TERRA_DEV_ID, TERRA_API_KEY } = this.config;
    const headers = { 'dev-id': TERRA_DEV_ID, 'x-api-key': TERRA_API_KEY, accept: 'application/json', 'content-type': 'application/json' };
    return this.outbound.fetch(url, { ...LIMITS, ...request, headers }).catch((cause: unknown) => {
      throw new ProviderError(false, { cause });
    });
  }
}

const secondsIn = ({ expires_in }: Answer, usual: number): number =>
  typeof expires_in === 'number' && Number.isSafeInteger(expires_in) && expires_in > 0 ? expires_in : usual;
