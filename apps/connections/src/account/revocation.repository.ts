import { type Ctx, Database, newCtx, runKind, Runs } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { Tokens } from '../provider/provider-client.js';
import { RevocationEntity } from './revocation.entity.js';

export interface RevocationRun {
  revocation_id: string;
}
/** Revokes tokens at their provider. It gives up after a day. */
export const revokeTokens = runKind<RevocationRun>('account.revoke', { retries: 1_000 });

/** The tokens of an account, and its id at the provider. */
export interface GrantedTokens {
  subject: string;
  tokens: Tokens;
}
export type Revocation = Pick<RevocationEntity, 'tenant_id' | 'app_id' | 'provider' | 'client_id'> & GrantedTokens;

@Injectable()
export class RevocationRepository {
  constructor(
    private readonly db: Database,
    private readonly runs: Runs,
  ) {}

  /** Starts to revoke tokens, in the transaction that makes them useless. */
  async start({ request, trace }: Ctx, { tenant_id, app_id, provider, client_id, subject, tokens }: Revocation): Promise<void> {
    const id = `rev_${randomUUID()}`;
    const granted = JSON.stringify({ subject, tokens } satisfies GrantedTokens);
    await this.db.inTenant(tenant_id, () =>
      this.db.transaction(async () => {
        await this.db.repository(RevocationEntity).insert({ id, tenant_id, app_id, provider, client_id, granted });
        await this.runs.start(revokeTokens, newCtx({ tenant: tenant_id, request, trace }), { revocation_id: id });
      }),
    );
  }

  async find(id: string): Promise<Revocation | undefined> {
    const found = await this.db.repository(RevocationEntity).findOneBy({ id });
    return found ? { ...found, ...(JSON.parse(found.granted) as GrantedTokens) } : undefined;
  }

  async remove(id: string): Promise<void> {
    await this.db.repository(RevocationEntity).delete({ id });
  }
}
