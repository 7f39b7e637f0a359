import { Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';

/** An address that a person has asked for. */
export interface Wish {
  account_id: string;
  tenant_id: string;
  new_email: string;
}

const TAKEN = statement<{ taken: boolean; asked: number }>(`
  select exists (select from account where tenant_id = $1 and email = $2) as taken,
         (select count(*)::int from email_change where tenant_id = $1 and new_email = $2 and created_at > now() - interval '1 hour') as asked`);
const VOID = statement('update email_change set told = false where account_id = $1 and told');
const EXPECT = statement(`
  insert into email_change (token_hash, account_id, tenant_id, new_email, told, expires_at)
  values ($1, $2, $3, $4, $5, now() + interval '24 hours')`);
const TAKE = statement<Wish>(`
  delete from email_change where token_hash = $1 and told and expires_at > now() returning account_id, tenant_id, new_email`);
const CHANGE = statement(`
  update account set email = $3 where id = $1 and tenant_id = $2 and is_active
     and not exists (select from account where tenant_id = $2 and email = $3) returning id`);
const DISMISS = statement('delete from pending_signup where tenant_id = $1 and email = $2');

@Injectable()
export class EmailChangeRepository {
  constructor(private readonly db: Database) {}

  /** Has the address an account, and how often has it been asked for in the last hour? */
  async standing(tenant_id: string, new_email: string) {
    return (await this.db.row(TAKEN, [tenant_id, new_email]))!;
  }

  /** Keeps the hash of a token for a day, in place of those before it. `told`: the token goes out by mail. */
  async expect(token_hash: Buffer, { account_id, tenant_id, new_email }: Wish, told: boolean): Promise<void> {
    await this.void(account_id);
    await this.db.rows(EXPECT, [token_hash, account_id, tenant_id, new_email, told]);
  }

  /** Makes the links that are on their way worthless. */
  async void(account_id: string): Promise<void> {
    await this.db.rows(VOID, [account_id]);
  }

  /** What a token was for, in whatever tenant; it is gone with this. */
  take(token_hash: Buffer): Promise<Wish | undefined> {
    return this.db.acrossTenants(() => this.db.row(TAKE, [token_hash]));
  }

  /** Gives the account its new address and drops every signup that waits for it. False where somebody else has it by now. */
  async change({ account_id, tenant_id, new_email }: Wish): Promise<boolean> {
    if (!(await this.db.row(CHANGE, [account_id, tenant_id, new_email]))) return false;
    await this.db.rows(DISMISS, [tenant_id, new_email]);
    return true;
  }
}
