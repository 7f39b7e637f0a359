import { Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';

/** A requested change of an account's e-mail address. */
export interface EmailChangeRequest {
  account_id: string;
  tenant_id: string;
  new_email: string;
}

const ADDRESS_STATUS = statement<{ is_taken: boolean; requests_last_hour: number }>(`
  select exists (select from account where tenant_id = $1 and email = $2) as is_taken,
         (select count(*)::int from email_change where tenant_id = $1 and new_email = $2 and created_at > now() - interval '1 hour') as requests_last_hour`);
const CANCEL = statement('update email_change set token_sent = false where account_id = $1 and token_sent');
const CREATE_PENDING = statement(`
  insert into email_change (token_hash, account_id, tenant_id, new_email, token_sent, expires_at)
  values ($1, $2, $3, $4, $5, now() + interval '24 hours')`);
const CONSUME = statement<EmailChangeRequest>(`
  delete from email_change where token_hash = $1 and token_sent and expires_at > now() returning account_id, tenant_id, new_email`);
const APPLY = statement(`
  update account set email = $3 where id = $1 and tenant_id = $2 and is_active
     and not exists (select from account where tenant_id = $2 and email = $3) returning id`);
const DELETE_PENDING_SIGNUPS = statement('delete from pending_signup where tenant_id = $1 and email = $2');

/** Requested changes of e-mail addresses. */
@Injectable()
export class EmailChangeRepository {
  constructor(private readonly db: Database) {}

  /** Whether the address has an account, and how often it was requested in the last hour. */
  async addressStatus(tenant_id: string, new_email: string) {
    return (await this.db.row(ADDRESS_STATUS, [tenant_id, new_email]))!;
  }

  /** Stores the hash of a token for 24 hours and cancels earlier requests. `token_sent`: the token was sent by e-mail, so it is valid. */
  async createPending(token_hash: Buffer, { account_id, tenant_id, new_email }: EmailChangeRequest, token_sent: boolean): Promise<void> {
    await this.cancelPending(account_id);
    await this.db.rows(CREATE_PENDING, [token_hash, account_id, tenant_id, new_email, token_sent]);
  }

  /** Invalidates all confirmation links that were sent. */
  async cancelPending(account_id: string): Promise<void> {
    await this.db.rows(CANCEL, [account_id]);
  }

  /** Deletes a valid request and returns it. Works across tenants. */
  consume(token_hash: Buffer): Promise<EmailChangeRequest | undefined> {
    return this.db.acrossTenants(() => this.db.row(CONSUME, [token_hash]));
  }

  /** Changes the address of the account and deletes pending sign-ups for it. False if the address is taken. */
  async apply({ account_id, tenant_id, new_email }: EmailChangeRequest): Promise<boolean> {
    if (!(await this.db.row(APPLY, [account_id, tenant_id, new_email]))) return false;
    await this.db.rows(DELETE_PENDING_SIGNUPS, [tenant_id, new_email]);
    return true;
  }
}
