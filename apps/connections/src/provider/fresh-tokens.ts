import { AccountExpired, ConnectionFailed } from '@skep/contracts/connections';
import type { Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Granted, type OAuthClient, ProviderClient, ProviderError, type Tokens } from './provider-client.js';

/** Tokens are refreshed so long before they expire, and up to as much earlier by chance, so that not all are refreshed at once. */
const EARLY_MS = 60_000;
/** But at most this part of their lifetime before, so that short ones are used at all. */
const EARLY_PART = 0.1;
const POLL_MS = 100;
/** For how long one process refreshes tokens and others wait: longer than a request to a provider may take. */
export const REFRESH_LEASE_SECONDS = 15;

/** What a user or visitor has granted, as it is stored. */
export interface StoredGrant {
  /** `Tokens` as JSON. */
  tokens: string;
  expires_at: Date | null;
}

/** Where one grant is stored. */
export interface GrantStore<G extends StoredGrant> {
  /** @throws Problem if there is none, or if the provider no longer accepts it */
  find(): Promise<G>;
  /** Undefined while another process refreshes it, or after it has. @param latest the caller needs tokens that expire later */
  take(grant: G, latest: Date): Promise<G | undefined>;
  /** Ends a refresh, with the new tokens if there are any. False if the grant was removed or replaced meanwhile: it stays as it is. */
  end(taken: G, granted?: Granted): Promise<boolean>;
  /** Ends a refresh that the provider has refused for good. */
  expire(taken: G): Promise<unknown>;
  clientOf(grant: G): Promise<OAuthClient>;
  /** Gets tokens that no one keeps. */
  discard?(grant: G, tokens: Tokens): Promise<void>;
}

/** Access tokens of grants. Refresh tokens may work once, so of all processes one refreshes them, and others wait for it. */
@Injectable()
export class FreshTokens {
  constructor(private readonly provider: ProviderClient) {}

  /**
   * The grant with tokens that are valid.
   * @param stale a token that the provider has refused
   * @throws Problem `account_expired`, `connection_failed`, and those of the store
   */
  async find<G extends StoredGrant>(ctx: Ctx, store: GrantStore<G>, stale?: string): Promise<G> {
    const earlyMs = EARLY_MS * (1 + Math.random());
    for (;;) {
      const grant = await store.find();
      const { lifetime_s = Infinity } = tokensOf(grant);
      // The latest time at which they count as expired now.
      const latest = new Date(Date.now() + Math.min(earlyMs, lifetime_s * 1000 * EARLY_PART));
      const isExpired = grant.expires_at !== null && grant.expires_at <= latest;
      if (!isExpired && tokensOf(grant).access_token !== stale) return grant;
      const taken = await store.take(grant, latest);
      const refreshed = taken && (await this.refresh(store, taken));
      if (refreshed) return refreshed;
      if (Date.now() > ctx.deadline - POLL_MS) throw ConnectionFailed();
      await sleep(POLL_MS * (0.5 + Math.random()));
    }
  }

  /** Undefined if the grant was removed or replaced meanwhile. */
  private async refresh<G extends StoredGrant>(store: GrantStore<G>, taken: G): Promise<G | undefined> {
    const { refresh_token } = tokensOf(taken);
    try {
      if (refresh_token === undefined) throw new ProviderError(true);
      const granted = await this.provider.refresh(await store.clientOf(taken), refresh_token);
      const { tokens, expires_at, scopes } = granted;
      if (await store.end(taken, granted)) return { ...taken, tokens: JSON.stringify(tokens), expires_at, ...(scopes && { scopes }) };
      await store.discard?.(taken, tokens);
      return undefined;
    } catch (error) {
      if (error instanceof ProviderError && error.isFinal) {
        await store.expire(taken);
        throw AccountExpired();
      }
      await store.end(taken);
      throw error instanceof ProviderError ? ConnectionFailed() : error;
    }
  }
}

export const tokensOf = ({ tokens }: StoredGrant): Tokens => JSON.parse(tokens) as Tokens;
