import { Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { Target } from './attempts.js';

/** Whose password it is, and its hash. */
export interface Credential extends Target {
  user_id: string;
  password_hash: string | null;
  /** There is more to prove than the password. */
  second_factor: boolean;
}

/** Of an address: may its owner choose a new password, and how often has one been asked for in the last hour? */
interface Standing {
  open: boolean;
  asked: number;
}

const CREDENTIAL = 'id as user_id, tenant_id, email, password_hash, second_factor';
const OF = statement<Credential>(`select ${CREDENTIAL} from account where id = $1 and tenant_id = $2 and is_active`);
const HOLDS = statement(`
  select from account where id = $1 and password_hash = $2 and is_active and not second_factor for no key update`);
const LOCK = statement<Credential>(`select ${CREDENTIAL} from account where id = $1 and is_active for no key update`);
const REPLACE = statement('update account set password_hash = $3 where id = $1 and password_hash is not distinct from $2 returning id');
const SET = statement<{ user_id: string; tenant_id: string }>(`
  update account set password_hash = $3 where tenant_id = $1 and email = $2 and is_active returning id as user_id, tenant_id`);
const STANDING = statement<Standing>(`
  select exists (select from account where tenant_id = $1 and email = $2 and is_active)
         or exists (select from pending_signup where tenant_id = $1 and email = $2 and told and expires_at > now())
            and not exists (select from account where tenant_id = $1 and email = $2) as open,
         (select count(*)::int from password_reset where tenant_id = $1 and email = $2 and created_at > now() - interval '1 hour') as asked`);
const EXPECT = statement(`
  insert into password_reset (token_hash, tenant_id, email, told, expires_at) values ($1, $2, $3, $4, now() + interval '1 hour')`);
const TAKE = statement<Target>(`
  delete from password_reset where token_hash = $1 and told and expires_at > now() returning tenant_id, email`);
const VOID = statement('update password_reset set told = false where tenant_id = $1 and email = $2');

@Injectable()
export class PasswordRepository {
  constructor(private readonly db: Database) {}

  of(user_id: string, tenant_id: string): Promise<Credential | undefined> {
    return this.db.row(OF, [user_id, tenant_id]);
  }

  /**
   * Is this still the hash of an active person's password, and is the password still enough? It stays so until the transaction
   * ends: a session that is begun in it comes before a change of password or factors, which then ends it.
   */
  async holds(user_id: string, password_hash: string): Promise<boolean> {
    return (await this.db.row(HOLDS, [user_id, password_hash])) !== undefined;
  }

  /** What an active person's credential is until the transaction ends. */
  lock(user_id: string): Promise<Credential | undefined> {
    return this.db.row(LOCK, [user_id]);
  }

  /** False when it has been changed meanwhile. */
  async replace({ user_id, password_hash }: Credential, by: string): Promise<boolean> {
    return (await this.db.row(REPLACE, [user_id, password_hash, by])) !== undefined;
  }

  /** Undefined where the address has no active account. */
  set({ tenant_id, email }: Target, password_hash: string) {
    return this.db.row(SET, [tenant_id, email, password_hash]);
  }

  async standing({ tenant_id, email }: Target): Promise<Standing> {
    return (await this.db.row(STANDING, [tenant_id, email]))!;
  }

  /** Keeps the hash of a reset's token for an hour. `told`: the token goes out by mail. */
  async expect(token_hash: Buffer, { tenant_id, email }: Target, told: boolean): Promise<void> {
    await this.db.rows(EXPECT, [token_hash, tenant_id, email, told]);
  }

  /** Whose token this is; it is gone with this. */
  take(token_hash: Buffer): Promise<Target | undefined> {
    return this.db.acrossTenants(() => this.db.row(TAKE, [token_hash]));
  }

  /** Makes the links that are on their way worthless; how often they were asked for is still known. */
  async voidResets({ tenant_id, email }: Target): Promise<void> {
    await this.db.rows(VOID, [tenant_id, email]);
  }
}
