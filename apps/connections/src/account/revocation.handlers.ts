import { Handlers, OnRun, type Run } from '@skep/platform';
import { ProviderClient, ProviderError } from '../provider/provider-client.js';
import { RevocationRepository, type RevocationRun } from '../revocation/revocation.repository.js';
import { AccountRepository } from './account.repository.js';
import { Clients } from './clients.js';
import { revokeTokens } from './revoke-tokens.js';

@Handlers()
export class RevocationHandlers {
  constructor(
    private readonly revocations: RevocationRepository,
    private readonly accounts: AccountRepository,
    private readonly clients: Clients,
    private readonly provider: ProviderClient,
  ) {}

  @OnRun(revokeTokens)
  async revokeTokens(run: Run, { revocation_id }: RevocationRun): Promise<void> {
    await run.step('revoke', () => this.revoke(revocation_id));
    await run.commit('forget', () => this.revocations.remove(revocation_id));
  }

  /** @throws ProviderError if it is worth trying again */
  private async revoke(id: string): Promise<'revoked' | 'gone' | 'in use' | 'unknown client' | 'refused'> {
    const revocation = await this.revocations.find(id);
    if (!revocation) return 'gone';
    // A provider may revoke all that it has granted to a client for an account.
    if (await this.accounts.isConnected(revocation)) return 'in use';
    const client = await this.clients.findGranted(revocation);
    if (!client) return 'unknown client';
    try {
      await this.provider.revoke(client, revocation.tokens);
      return 'revoked';
    } catch (error) {
      if (error instanceof ProviderError && error.isFinal) return 'refused';
      throw error;
    }
  }
}
