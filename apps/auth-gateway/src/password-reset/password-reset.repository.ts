import { Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { AccountAddress } from '../attempt/attempts.js';
import { PasswordResetEntity } from './password-reset.entity.js';

/** Whether the owner of the address may reset its password, and how many resets were requested in the last hour. */
const STATUS = statement(
  `select exists (select from account where tenant_id = :tenant_id and email = :email and is_active and auth_method = 'password')
          or exists (select from pending_signup where tenant_id = :tenant_id and email = :email and token_sent and expires_at > now())
             and not exists (select from account where tenant_id = :tenant_id and email = :email) as can_reset,
          (select count(*)::int from password_reset
            where tenant_id = :tenant_id and email = :email and created_at > now() - interval '1 hour') as requests_last_hour`,
  { can_reset: 'bool', requests_last_hour: 'int4' },
);
const ADD = statement(`
  insert into password_reset (token_hash, tenant_id, email, token_sent, expires_at)
  values (:token_hash, :tenant_id, :email, :token_sent, now() + interval '1 hour')`);
const CONSUME = statement(
  'delete from password_reset where token_hash = :token_hash and token_sent and expires_at > now() returning tenant_id, email',
  { tenant_id: 'text', email: 'text' },
);

/** Requested password resets. */
@Injectable()
export class PasswordResetRepository {
  constructor(private readonly db: Database) {}

  async status({ tenant_id, email }: AccountAddress) {
    return (await this.db.row(STATUS, { tenant_id, email }))!;
  }

  /** Stores the hash of a reset token for an hour. `token_sent`: the token was sent by e-mail, so it is valid. */
  async add(token_hash: Buffer, { tenant_id, email }: AccountAddress, token_sent: boolean): Promise<void> {
    await this.db.rows(ADD, { token_hash, tenant_id, email, token_sent });
  }

  /** Deletes a valid reset token and returns the address that it belongs to. */
  consume(token_hash: Buffer): Promise<AccountAddress | undefined> {
    return this.db.acrossTenants(() => this.db.row(CONSUME, { token_hash }));
  }

  /** Invalidates all reset links that were sent. The rows stay, because they count the requests. */
  async voidAll({ tenant_id, email }: AccountAddress): Promise<void> {
    await this.db.repository(PasswordResetEntity).update({ tenant_id, email }, { token_sent: false });
  }
}
