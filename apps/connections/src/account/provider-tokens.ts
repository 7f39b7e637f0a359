import { AccountExpired, AccountNotFound } from '@skep/contracts/connections';
import type { Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { FreshTokens, type GrantStore } from '../provider/fresh-tokens.js';
import { RevocationRepository } from '../revocation/revocation.repository.js';
import type { AccountEntity } from './account.entity.js';
import { type AccountOwner, AccountRepository } from './account.repository.js';
import { Clients } from './clients.js';
import { revokeTokens } from './revoke-tokens.js';

/** Access tokens of connected accounts. */
@Injectable()
export class ProviderTokens {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly clients: Clients,
    private readonly tokens: FreshTokens,
    private readonly revocations: RevocationRepository,
  ) {}

  /** @throws Problem `account_not_found`, `account_expired`, `connection_failed` */
  find(ctx: Ctx, owner: AccountOwner, id: string): Promise<AccountEntity> {
    return this.tokens.find(ctx, this.storeOf(ctx, owner, id));
  }

  private storeOf(ctx: Ctx, owner: AccountOwner, id: string): GrantStore<AccountEntity> {
    return {
      find: async () => {
        const account = await this.accounts.find(owner, id);
        if (!account) throw AccountNotFound();
        if (account.status === 'expired') throw AccountExpired();
        return account;
      },
      take: (account, latest) => this.accounts.takeRefresh(account, latest),
      end: (account, granted) =>
        this.accounts.endRefresh(
          account,
          granted
            ? { tokens: JSON.stringify(granted.tokens), expires_at: granted.expires_at, scopes: granted.scopes ?? account.scopes }
            : {},
        ),
      expire: (account) => this.accounts.endRefresh(account, { status: 'expired' }),
      clientOf: ({ app_id, provider }) => this.clients.find(ctx, app_id, provider),
      discard: (account, tokens) => this.revocations.start(ctx, revokeTokens, { ...account, tokens }),
    };
  }
}
