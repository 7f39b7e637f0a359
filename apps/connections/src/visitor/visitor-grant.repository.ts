import { Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { REFRESH_LEASE_SECONDS } from '../provider/fresh-tokens.js';
import type { Granted } from '../provider/provider-client.js';
import type { Asked } from '../health/vendor-clients.js';
import { VisitorGrantEntity } from './visitor-grant.entity.js';

/** How long a grant is kept, if no one drops it. */
const KEPT_MS = 86_400_000;

const ASK = statement(
  `insert into visitor_grant (purpose_id, provider, state_hash, redirect_uri, code_verifier, expires_at)
   values (:purpose_id, :provider, :state_hash, :redirect_uri, :code_verifier, :expires_at)
   on conflict (purpose_id) do update set provider = excluded.provider, state_hash = excluded.state_hash, redirect_uri = excluded.redirect_uri,
          code_verifier = excluded.code_verifier, expires_at = excluded.expires_at, tokens = null, token_expires_at = null, refreshing_until = null,
          version = visitor_grant.version + 1`,
);
const TAKE_STATE = statement(
  `update visitor_grant set state_hash = null, version = version + 1
    where state_hash = :state_hash and provider = :provider and expires_at > now() returning *`,
  VisitorGrantEntity,
);
/** JavaScript has milliseconds. */
const TAKE_REFRESH = statement(
  `update visitor_grant set refreshing_until = date_trunc('milliseconds', now() + ${REFRESH_LEASE_SECONDS} * interval '1 second')
    where purpose_id = :purpose_id and version = :version and (refreshing_until is null or refreshing_until < now()) returning *`,
  VisitorGrantEntity,
);

@Injectable()
export class VisitorGrantRepository {
  constructor(private readonly db: Database) {}

  /** Notes what a visitor is asked, instead of what they were asked before for this purpose. */
  async ask(purpose_id: string, provider: string, { state, redirect_uri, code_verifier, expires_at }: Asked): Promise<void> {
    const row = { purpose_id, provider, state_hash: hashOf(state), redirect_uri, code_verifier, expires_at };
    await this.db.rows(ASK, await this.db.sealed(VisitorGrantEntity, row));
  }

  /** Takes what a visitor was asked, once. */
  takeState(provider: string, state: string): Promise<VisitorGrantEntity | undefined> {
    return this.db.row(TAKE_STATE, { state_hash: hashOf(state), provider });
  }

  /** Undefined if the visitor has not agreed, or if the grant is forgotten. */
  async find(purpose_id: string): Promise<VisitorGrantEntity | undefined> {
    const grant = await this.db.repository(VisitorGrantEntity).findOneBy({ purpose_id });
    return grant && grant.tokens !== null && grant.expires_at > new Date() ? grant : undefined;
  }

  /** Undefined while another process refreshes the tokens, or after it has. */
  takeRefresh({ purpose_id, version }: VisitorGrantEntity): Promise<VisitorGrantEntity | undefined> {
    return this.db.row(TAKE_REFRESH, { purpose_id, version });
  }

  /** Stores tokens, or ends a refresh without any. False if the visitor was asked again meanwhile, or the grant is forgotten. */
  async store({ purpose_id, version }: VisitorGrantEntity, granted?: Granted): Promise<boolean> {
    const expires_at = new Date(Date.now() + KEPT_MS);
    const tokens = granted && {
      tokens: JSON.stringify(granted.tokens),
      token_expires_at: granted.expires_at,
      version: version + 1,
      expires_at,
    };
    const { affected } = await this.db
      .repository(VisitorGrantEntity)
      .update({ purpose_id, version }, { ...tokens, refreshing_until: null });
    return affected === 1;
  }

  /** @param version of the grant to forget; any by default */
  async drop(purpose_id: string, version?: number): Promise<void> {
    await this.db.repository(VisitorGrantEntity).delete({ purpose_id, ...(version !== undefined && { version }) });
  }
}

const hashOf = (state: string): string => createHash('sha256').update(state).digest('base64url');
