import { as, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { AccountAddress } from '../attempt/attempts.js';
import { PendingSignupEntity } from './pending-signup.entity.js';

/** A new sign-up whose address is not verified yet. */
type NewPendingSignup = Omit<PendingSignupEntity, 'created_at' | 'expires_at'>;

const ADD = statement(`
  insert into pending_signup (token_hash, user_id, tenant_id, email, password_hash, attributes, token_sent, network, expires_at)
  values (:token_hash, :user_id, :tenant_id, :email, :password_hash, :attributes, :token_sent, :network, now() + interval '24 hours')`);
const RENEW = statement(
  `update pending_signup set token_hash = :token_hash, expires_at = now() + interval '24 hours'
    where token_hash = (select token_hash from pending_signup where tenant_id = :tenant_id and email = :email and token_sent and expires_at > now()
                         order by created_at limit 1)
      and not exists (select from account where tenant_id = :tenant_id and email = :email) returning user_id`,
  { user_id: 'text' },
);
/** At most ten rows, because a password may have to be verified against each. `disputed`: another sign-up for this address came from another network. */
const BY_TOKEN = statement(
  `select s.user_id, s.tenant_id, s.email, s.password_hash, s.attributes, bool_or(s.network <> link.network) over () as disputed
     from pending_signup link join pending_signup s on s.tenant_id = link.tenant_id and s.email = link.email and s.expires_at > now()
    where link.token_hash = :token_hash and link.token_sent and link.expires_at > now()
    order by s.token_hash = :token_hash desc, s.created_at desc limit 10`,
  { user_id: 'text', tenant_id: 'text', email: 'text', password_hash: 'text', disputed: 'bool' },
  { attributes: as<Record<string, unknown>>('jsonb') },
);

/** A sign-up whose address is not verified yet. */
export type PendingSignup = NonNullable<typeof BY_TOKEN.row>;

/** Sign-ups whose addresses are not verified yet. */
@Injectable()
export class PendingSignupRepository {
  constructor(private readonly db: Database) {}

  /** Stores a sign-up for 24 hours. */
  async add(signup: NewPendingSignup): Promise<void> {
    await this.db.rows(ADD, signup);
  }

  /** Replaces the token of the pending sign-up for an address and extends it to 24 hours. False if there is none. */
  async renewToken({ tenant_id, email }: AccountAddress, token_hash: Buffer): Promise<boolean> {
    return (await this.db.row(RENEW, { tenant_id, email, token_hash })) !== undefined;
  }

  /** The pending sign-ups for the address of a link: the link's own first, then the newest ones. Empty if the link is not valid. */
  findByToken(token_hash: Buffer): Promise<PendingSignup[]> {
    return this.db.acrossTenants(() => this.db.rows(BY_TOKEN, { token_hash }));
  }

  async deleteAll({ tenant_id, email }: AccountAddress): Promise<void> {
    await this.db.repository(PendingSignupEntity).delete({ tenant_id, email });
  }
}
