import { AccountExpired, HealthNotConnected, type HealthToken } from '@skep/contracts/connections';
import type { Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { FreshTokens, type GrantStore, tokensOf } from '../provider/fresh-tokens.js';
import { RevocationRepository } from '../revocation/revocation.repository.js';
import type { HealthConnectionEntity } from './health-connection.entity.js';
import { HealthConnectionRepository } from './health-connection.repository.js';
import { revokeHealth } from './revoke-health.js';
import { VendorClients } from './vendor-clients.js';

/** Access tokens of people's connections, for the services that read their data. */
@Injectable()
export class HealthTokens {
  constructor(
    private readonly connections: HealthConnectionRepository,
    private readonly vendors: VendorClients,
    private readonly tokens: FreshTokens,
    private readonly revocations: RevocationRepository,
  ) {}

  /** @param stale a token that the vendor has refused @throws Problem `health_provider_not_found`, `health_not_connected`, `account_expired`, `connection_failed` */
  async find(ctx: Ctx, provider: string, stale?: string): Promise<HealthToken> {
    this.vendors.idOf(provider);
    const { id, vendor_user_id, scopes, ...grant } = await this.tokens.find(ctx, this.storeOf(ctx, provider), stale);
    return { access_token: tokensOf(grant).access_token, vendor_user_id, scopes, connection_id: id };
  }

  private storeOf(ctx: Ctx, provider: string): GrantStore<HealthConnectionEntity> {
    const owner = { tenant_id: ctx.tenant, user_id: ctx.user };
    return {
      find: async () => {
        const connection = await this.connections.find(owner, provider);
        if (!connection) throw HealthNotConnected();
        if (connection.status === 'expired') throw AccountExpired();
        return connection;
      },
      take: (connection) => this.connections.takeRefresh(connection),
      end: (connection, granted) => this.connections.endRefresh(connection, granted),
      expire: (connection) => this.connections.expire(connection),
      clientOf: () => Promise.resolve(this.vendors.clientOf(provider)),
      discard: (connection, tokens) =>
        this.revocations.start(ctx, revokeHealth, { ...connection, app_id: '', subject: connection.vendor_user_id, tokens }, owner),
    };
  }
}
