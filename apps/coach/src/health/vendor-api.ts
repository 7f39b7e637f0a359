import { Problem } from '@skep/contracts';
import { connections } from '@skep/contracts/connections';
import { Bus, type Ctx, LOG, type Log, Outbound, type OutboundAnswer, OutboundError } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { CoachConfig } from '../coach.config.js';
import { VENDORS } from './vendors/index.js';

/** What a vendor answers: JSON; that it is asked too often or has failed, and when to ask again; or that it refuses. */
export type VendorAnswer = { body: unknown } | { retryAfterMs: number; why: string } | { refused: number };

const TIMEOUT_MS = 20_000;
const CALL_MS = 10_000;
const MAX_BYTES = 8 * 1024 * 1024;
const RETRY_MS = 2_000;
/** Strava counts in quarters of an hour, without saying when the next one begins. */
const LIMITED_MS = 60_000;
const LONGEST_WAIT_MS = 24 * 3_600_000;

/** The APIs of health providers, with the tokens of people. */
@Injectable()
export class VendorApi {
  constructor(
    private readonly bus: Bus,
    private readonly config: CoachConfig,
    private readonly outbound: Outbound,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /**
   * Reads from the provider of the person of `ctx`. A token that it refuses is replaced once.
   * @throws Problem `health_not_connected` or `account_expired` without a usable connection, and others of `connections.healthToken`
   */
  async get(ctx: Ctx, provider: string, path: string, signal?: AbortSignal): Promise<VendorAnswer> {
    const calling = { ...ctx, idempotencyKey: undefined, deadline: Math.min(ctx.deadline, Date.now() + CALL_MS) };
    const { access_token } = await this.bus.call(connections.healthToken, calling, { provider });
    const first = await this.ask(provider, path, access_token, signal);
    if (!('refused' in first) || first.refused !== 401) return first;
    const renewing = { ...calling, deadline: Math.min(ctx.deadline, Date.now() + CALL_MS) };
    const renewed = await this.bus.call(connections.renewHealthToken, renewing, { provider, stale_token: access_token });
    return this.ask(provider, path, renewed.access_token, signal);
  }

  private async ask(provider: string, path: string, token: string, signal?: AbortSignal): Promise<VendorAnswer> {
    const base = this.config[VENDORS[provider]!.base].replace(/\/+$/, '');
    try {
      const answer = await this.outbound.fetch(`${base}${path}`, {
        ...{ headers: { authorization: `Bearer ${token}`, accept: 'application/json' }, ofOperator: true },
        ...{ redirects: 0, timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES, ...(signal && { signal }) },
      });
      return read(answer);
    } catch (error) {
      if (error instanceof Problem || !(error instanceof OutboundError) || signal?.aborted) throw error;
      this.log.warn({ provider, reason: error.reason }, 'a health provider could not be read');
      return { retryAfterMs: RETRY_MS, why: error.reason };
    }
  }
}

function read({ status, headers, bytes }: OutboundAnswer & { bytes: Buffer }): VendorAnswer {
  if (status === 429) return { retryAfterMs: retryAfter(headers) ?? LIMITED_MS, why: 'limited' };
  if (status >= 500) return { retryAfterMs: retryAfter(headers) ?? RETRY_MS, why: String(status) };
  if (status >= 300) return { refused: status };
  // Garmin accepts a request for the past with 202, and no content.
  if (!bytes.length) return status === 202 || status === 204 ? { body: null } : { retryAfterMs: RETRY_MS, why: 'empty' };
  try {
    return { body: JSON.parse(bytes.toString()) as unknown };
  } catch {
    return { retryAfterMs: RETRY_MS, why: 'not JSON' };
  }
}

/** `Retry-After` in milliseconds: seconds, or a date (RFC 9110 §10.2.3). */
function retryAfter(headers: Headers): number | undefined {
  const value = headers.get('retry-after')?.trim();
  if (!value) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), LONGEST_WAIT_MS) : undefined;
}
