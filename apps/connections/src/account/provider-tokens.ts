import { AccountExpired, AccountNotFound, ConnectionFailed } from '@skep/contracts/connections';
import type { Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { ProviderClient, ProviderError, type Tokens } from '../provider/provider-client.js';
import type { AccountEntity } from './account.entity.js';
import { type AccountOwner, AccountRepository } from './account.repository.js';
import { Clients } from './clients.js';
import { RevocationRepository } from './revocation.repository.js';

/** Tokens are refreshed so long before they expire, and up to as much earlier by chance, so that not all are refreshed at once. */
const EARLY_MS = 60_000;
const POLL_MS = 100;

/** Access tokens of connected accounts. Refresh tokens may work once, so one process refreshes them, and others wait for it. */
@Injectable()
export class ProviderTokens {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly clients: Clients,
    private readonly provider: ProviderClient,
    private readonly revocations: RevocationRepository,
  ) {}

  /** @throws Problem `account_not_found`, `account_expired`, `connection_failed` */
  async find(ctx: Ctx, owner: AccountOwner, id: string): Promise<{ account: AccountEntity; tokens: Tokens }> {
    const latest = new Date(Date.now() + EARLY_MS * (1 + Math.random()));
    for (;;) {
      const account = await this.accounts.find(owner, id);
      if (!account) throw AccountNotFound();
      if (account.status === 'expired') throw AccountExpired();
      if (account.expires_at === null || account.expires_at > latest) return { account, tokens: tokensOf(account) };
      const taken = await this.accounts.takeRefresh(account, latest);
      const refreshed = taken && (await this.refresh(ctx, taken));
      if (refreshed) return refreshed;
      if (Date.now() > ctx.deadline - POLL_MS) throw ConnectionFailed();
      await sleep(POLL_MS * (0.5 + Math.random()));
    }
  }

  /** Undefined if the account was disconnected or connected again meanwhile. */
  private async refresh(ctx: Ctx, account: AccountEntity) {
    const { refresh_token } = tokensOf(account);
    try {
      if (refresh_token === undefined) throw new ProviderError(true);
      const {
        tokens,
        expires_at,
        scopes = account.scopes,
      } = await this.provider.refresh(await this.clients.find(ctx, account.app_id, account.provider), refresh_token);
      if (await this.accounts.endRefresh(account, { tokens: JSON.stringify(tokens), expires_at, scopes }))
        return { account: { ...account, expires_at, scopes }, tokens };
      await this.revocations.start(ctx, { ...account, tokens });
      return undefined;
    } catch (error) {
      const isFinal = error instanceof ProviderError && error.isFinal;
      await this.accounts.endRefresh(account, isFinal ? { status: 'expired' } : {});
      if (isFinal) throw AccountExpired();
      throw error instanceof ProviderError ? ConnectionFailed() : error;
    }
  }
}

export const tokensOf = ({ tokens }: AccountEntity): Tokens => JSON.parse(tokens) as Tokens;
