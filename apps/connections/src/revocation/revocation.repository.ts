import { type Ctx, Database, LOG, type Log, newCtx, type RunKind, Runs, statement } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { createHash, randomUUID } from 'node:crypto';
import type { Tokens } from '../provider/provider-client.js';
import { RevocationEntity } from './revocation.entity.js';

export interface RevocationRun {
  revocation_id: string;
}
/** Runs that revoke continue for a day. */
export const REVOCATION_RUN = { retries: 1_000 };

const PENDING = statement('select id from oauth_revocation where owner = :owner limit 1', { id: 'text' });

/** The tokens of an account, and its id at the provider. */
export interface GrantedTokens {
  subject: string;
  tokens: Tokens;
}
type Account = Pick<RevocationEntity, 'tenant_id' | 'app_id' | 'provider' | 'client_id'> & Pick<GrantedTokens, 'subject'>;
export type Revocation = Account & GrantedTokens;
interface Owner {
  tenant_id: string;
  user_id: string;
}

@Injectable()
export class RevocationRepository {
  constructor(
    private readonly db: Database,
    private readonly runs: Runs,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** Starts to revoke tokens, in the transaction that makes them useless. @param owner whose they were, for `isPending` */
  async start({ request, trace }: Ctx, kind: RunKind<RevocationRun>, revocation: Revocation, owner?: Owner): Promise<void> {
    const { tenant_id, app_id, provider, client_id, subject, tokens } = revocation;
    const id = `rev_${randomUUID()}`;
    const granted = JSON.stringify({ subject, tokens } satisfies GrantedTokens);
    await this.db.inTenant(tenant_id, () =>
      this.db.transaction(async () => {
        const row = { id, tenant_id, app_id, provider, client_id, granted, owner: owner ? hashOf(owner) : '' };
        await this.db.repository(RevocationEntity).insert(row);
        await this.runs.start(kind, newCtx({ tenant: tenant_id, request, trace }), { revocation_id: id });
      }),
    );
  }

  /**
   * Like `start`, with tokens as a removed row had them: a row whose tokens cannot be opened can be removed too.
   * @param table whose column `tokens` has them
   */
  async startSealed(
    ctx: Ctx,
    kind: RunKind<RevocationRun>,
    table: string,
    { id, sealed, ...account }: Account & { id: string; sealed: Buffer },
    owner?: Owner,
  ): Promise<void> {
    let tokens: Tokens;
    try {
      tokens = JSON.parse(
        await this.db.sealing.open({ tenant: account.tenant_id, purpose: `${table}.tokens`, row: [id] }, sealed),
      ) as Tokens;
    } catch (error) {
      return this.log.warn({ error, account: id }, 'the tokens of a removed account cannot be opened, so they are not revoked');
    }
    await this.start(ctx, kind, { ...account, tokens }, owner);
  }

  async find(id: string): Promise<Revocation | undefined> {
    const found = await this.db.repository(RevocationEntity).findOneBy({ id });
    return found ? { ...found, ...(JSON.parse(found.granted) as GrantedTokens) } : undefined;
  }

  /** Stores tokens that replace those of a revocation: the provider accepts the old ones no more. */
  async replace(id: string, { tenant_id, subject }: Revocation, tokens: Tokens): Promise<void> {
    const granted = JSON.stringify({ subject, tokens } satisfies GrantedTokens);
    await this.db.repository(RevocationEntity).update({ id, tenant_id }, { granted });
  }

  /** Whether tokens that an owner had are still to be revoked. */
  async isPending(owner: Owner): Promise<boolean> {
    return (await this.db.row(PENDING, { owner: hashOf(owner) })) !== undefined;
  }

  async remove(id: string): Promise<void> {
    await this.db.repository(RevocationEntity).delete({ id });
  }
}

const hashOf = ({ tenant_id, user_id }: Owner): string =>
  createHash('sha256')
    .update(JSON.stringify([tenant_id, user_id]))
    .digest('base64url');
