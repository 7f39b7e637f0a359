import { Handlers, OnRun, type Run } from '@skep/platform';
import { type OAuthClient, ProviderClient, ProviderError } from '../provider/provider-client.js';
import { type Revocation, RevocationRepository, type RevocationRun } from '../revocation/revocation.repository.js';
import { HealthConnectionRepository } from './health-connection.repository.js';
import { revokeHealth } from './revoke-health.js';
import { isOfTerra, TerraClient } from './terra-client.js';
import { VendorClients } from './vendor-clients.js';

@Handlers()
export class HealthRevocationHandlers {
  constructor(
    private readonly revocations: RevocationRepository,
    private readonly connections: HealthConnectionRepository,
    private readonly vendors: VendorClients,
    private readonly provider: ProviderClient,
    private readonly terra: TerraClient,
  ) {}

  @OnRun(revokeHealth)
  async revokeHealth(run: Run, { revocation_id }: RevocationRun): Promise<void> {
    await run.step('revoke', () => this.revoke(revocation_id));
    await run.commit('forget', () => this.revocations.remove(revocation_id));
  }

  /** @throws ProviderError if it is worth trying again */
  private async revoke(id: string): Promise<'revoked' | 'gone' | 'in use' | 'unknown client' | 'refused'> {
    const revocation = await this.revocations.find(id);
    if (!revocation) return 'gone';
    // A vendor revokes all that it has granted to a client for an account.
    if (await this.connections.isConnected(revocation)) return 'in use';
    try {
      if (isOfTerra(revocation.provider)) await this.terra.deauthenticate(revocation.subject);
      else {
        const client = this.vendors.isKnown(revocation) && this.vendors.clientOf(revocation.provider);
        if (!client) return 'unknown client';
        await this.revokeTokens(id, client, revocation);
      }
      return 'revoked';
    } catch (error) {
      if (error instanceof ProviderError && error.isFinal) return 'refused';
      throw error;
    }
  }

  /** These vendors revoke with an access token: one that has expired is refreshed first. */
  private async revokeTokens(id: string, client: OAuthClient, revocation: Revocation): Promise<void> {
    const { tokens } = revocation;
    try {
      await this.provider.revoke(client, tokens);
    } catch (error) {
      if (!(error instanceof ProviderError && error.isFinal) || tokens.refresh_token === undefined) throw error;
      const renewed = await this.provider.refresh(client, tokens.refresh_token);
      await this.revocations.replace(id, revocation, renewed.tokens);
      await this.provider.revoke(client, renewed.tokens);
    }
  }
}
