import { Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { EmailChangeEntity } from './email-change.entity.js';

/** A requested change of an account's e-mail address. */
export type EmailChangeRequest = Pick<EmailChangeEntity, 'account_id' | 'tenant_id' | 'new_email'>;

/** Whether the address has an account, and how often it was requested in the last hour. */
const ADDRESS_STATUS = statement(
  `select exists (select from account where tenant_id = :tenant_id and email = :new_email) as is_taken,
          (select count(*)::int from email_change
            where tenant_id = :tenant_id and new_email = :new_email and created_at > now() - interval '1 hour') as requests_last_hour`,
  { is_taken: 'bool', requests_last_hour: 'int4' },
);
const ADD = statement(`
  insert into email_change (token_hash, account_id, tenant_id, new_email, token_sent, expires_at)
  values (:token_hash, :account_id, :tenant_id, :new_email, :token_sent, now() + interval '24 hours')`);
const CONSUME = statement(
  'delete from email_change where token_hash = :token_hash and token_sent and expires_at > now() returning account_id, tenant_id, new_email',
  { account_id: 'text', tenant_id: 'text', new_email: 'text' },
);

/** Requested changes of e-mail addresses. */
@Injectable()
export class EmailChangeRepository {
  constructor(private readonly db: Database) {}

  async addressStatus(tenant_id: string, new_email: string) {
    return (await this.db.row(ADDRESS_STATUS, { tenant_id, new_email }))!;
  }

  /** Stores the hash of a token for 24 hours and cancels earlier requests. `token_sent`: the token was sent by e-mail, so it is valid. */
  async createPending(token_hash: Buffer, request: EmailChangeRequest, token_sent: boolean): Promise<void> {
    await this.cancelPending(request.account_id);
    await this.db.rows(ADD, { ...request, token_hash, token_sent });
  }

  /** Invalidates all confirmation links that were sent. */
  async cancelPending(account_id: string): Promise<void> {
    await this.db.repository(EmailChangeEntity).update({ account_id, token_sent: true }, { token_sent: false });
  }

  /** Deletes a valid request and returns it. Works across tenants. */
  consume(token_hash: Buffer): Promise<EmailChangeRequest | undefined> {
    return this.db.acrossTenants(() => this.db.row(CONSUME, { token_hash }));
  }
}
