import { Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { AccountAddress } from './attempts.js';

/** An account with its password hash. */
export interface Credential extends AccountAddress {
  user_id: string;
  password_hash: string | null;
  /** A login asks for a second factor. */
  second_factor: boolean;
}

/** Whether the owner of an address may reset its password, and how many resets were requested in the last hour. */
interface ResetStatus {
  can_reset: boolean;
  requests_last_hour: number;
}

const CREDENTIAL = 'id as user_id, tenant_id, email, password_hash, second_factor';
const FIND = statement<Credential>(`select ${CREDENTIAL} from account where id = $1 and tenant_id = $2 and is_active`);
const STILL_VALID = statement(`
  select from account where id = $1 and password_hash = $2 and is_active and not second_factor for no key update`);
const LOCK = statement<Credential>(`select ${CREDENTIAL} from account where id = $1 and is_active for no key update`);
const REPLACE = statement('update account set password_hash = $3 where id = $1 and password_hash is not distinct from $2 returning id');
const SET = statement<{ user_id: string; tenant_id: string }>(`
  update account set password_hash = $3 where tenant_id = $1 and email = $2 and is_active returning id as user_id, tenant_id`);
const RESET_STATUS = statement<ResetStatus>(`
  select exists (select from account where tenant_id = $1 and email = $2 and is_active)
         or exists (select from pending_signup where tenant_id = $1 and email = $2 and token_sent and expires_at > now())
            and not exists (select from account where tenant_id = $1 and email = $2) as can_reset,
         (select count(*)::int from password_reset where tenant_id = $1 and email = $2 and created_at > now() - interval '1 hour') as requests_last_hour`);
const CREATE_PENDING_RESET = statement(`
  insert into password_reset (token_hash, tenant_id, email, token_sent, expires_at) values ($1, $2, $3, $4, now() + interval '1 hour')`);
const CONSUME_RESET = statement<AccountAddress>(`
  delete from password_reset where token_hash = $1 and token_sent and expires_at > now() returning tenant_id, email`);
const VOID_RESETS = statement('update password_reset set token_sent = false where tenant_id = $1 and email = $2');

/** Password hashes and pending password resets. */
@Injectable()
export class PasswordRepository {
  constructor(private readonly db: Database) {}

  find(user_id: string, tenant_id: string): Promise<Credential | undefined> {
    return this.db.row(FIND, [user_id, tenant_id]);
  }

  /**
   * Whether the user is active, still has this password hash and needs no second factor. Locks the account until the transaction
   * ends: a concurrent change of the password or the factors then revokes the session that this transaction creates.
   */
  async passwordStillValid(user_id: string, password_hash: string): Promise<boolean> {
    return (await this.db.row(STILL_VALID, [user_id, password_hash])) !== undefined;
  }

  /** Locks an active user's account until the transaction ends. */
  lock(user_id: string): Promise<Credential | undefined> {
    return this.db.row(LOCK, [user_id]);
  }

  /** False if the password was changed in the meantime. */
  async replace({ user_id, password_hash }: Credential, new_hash: string): Promise<boolean> {
    return (await this.db.row(REPLACE, [user_id, password_hash, new_hash])) !== undefined;
  }

  /** Undefined if the address has no active account. */
  setByAddress({ tenant_id, email }: AccountAddress, password_hash: string) {
    return this.db.row(SET, [tenant_id, email, password_hash]);
  }

  async resetStatus({ tenant_id, email }: AccountAddress): Promise<ResetStatus> {
    return (await this.db.row(RESET_STATUS, [tenant_id, email]))!;
  }

  /** Stores the hash of a reset token for an hour. `token_sent`: the token was sent by e-mail, so it is valid. */
  async createPendingReset(token_hash: Buffer, { tenant_id, email }: AccountAddress, token_sent: boolean): Promise<void> {
    await this.db.rows(CREATE_PENDING_RESET, [token_hash, tenant_id, email, token_sent]);
  }

  /** Deletes a valid reset token and returns the address that it belongs to. */
  consumeReset(token_hash: Buffer): Promise<AccountAddress | undefined> {
    return this.db.acrossTenants(() => this.db.row(CONSUME_RESET, [token_hash]));
  }

  /** Invalidates all reset links that were sent. The rows stay, because they count the requests. */
  async voidResets({ tenant_id, email }: AccountAddress): Promise<void> {
    await this.db.rows(VOID_RESETS, [tenant_id, email]);
  }
}
