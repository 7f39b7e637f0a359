import { Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { Vault } from '../secrets/vault.js';
import { newRecoveryCodes, readRecoveryCode, shownRecoveryCode } from './recovery-codes.js';

/** What a person has to prove who they are besides the password. */
interface Held {
  second_factor: boolean;
  totp_since: Date | null;
  recovery_codes_left: number;
}

export const CONFIRM_SECONDS = 600;

const HELD = statement<Held>(`
  select second_factor, (select confirmed_at from totp where account_id = account.id) as totp_since,
         (select count(*)::int from recovery_code where account_id = account.id) as recovery_codes_left
    from account where id = $1 and tenant_id = $2 and is_active`);
const START_TOTP = statement(`
  insert into totp (account_id, tenant_id, sealed_secret) select id, tenant_id, $2 from account where id = $1
  on conflict (account_id) do update set sealed_secret = $2, created_at = now() where totp.confirmed_at is null returning account_id`);
const TOTP = `select sealed_secret, last_step from totp where account_id = $1`;
const CONFIRMED = statement<{ sealed_secret: Buffer; last_step: number | null }>(`${TOTP} and confirmed_at is not null`);
const WAITING = statement<{ sealed_secret: Buffer; last_step: null }>(`
  ${TOTP} and confirmed_at is null and created_at > now() - ${CONFIRM_SECONDS} * interval '1 second'`);
const TAKEN = statement('update totp set last_step = $2, confirmed_at = coalesce(confirmed_at, now()) where account_id = $1');
const REMOVE_TOTP = statement('delete from totp where account_id = $1 and confirmed_at is not null returning account_id');
const REMOVE_ALL = statement('with app as (delete from totp where account_id = $1) delete from passkey where account_id = $1');
const SETTLE = statement<{ second_factor: boolean }>(`
  update account set second_factor = exists (select from totp where account_id = $1 and confirmed_at is not null)
                                     or exists (select from passkey where account_id = $1)
   where id = $1 returning second_factor`);
const FORGET_CODES = statement('delete from recovery_code where account_id = $1');
const KEEP_CODES = statement(`
  insert into recovery_code (account_id, tenant_id, hash) select id, tenant_id, unnest($2::bytea[]) from account where id = $1`);
const USE_CODE = statement('delete from recovery_code where account_id = $1 and hash = $2 returning hash');

/** Authenticator apps and recovery codes. Whoever changes something holds the lock on the account's row. */
@Injectable()
export class FactorRepository {
  constructor(
    private readonly db: Database,
    private readonly vault: Vault,
  ) {}

  held(user_id: string, tenant_id: string): Promise<Held | undefined> {
    return this.db.row(HELD, [user_id, tenant_id]);
  }

  /** Keeps the secret of an app that is to be confirmed; the one before it is void. False where there is a confirmed one. */
  async startTotp(account_id: string, secret: Buffer): Promise<boolean> {
    const sealed = this.vault.seal('totp secret', secret.toString('base64url'));
    return (await this.db.row(START_TOTP, [account_id, sealed])) !== undefined;
  }

  /** The app that gives codes, or the one that waits to be confirmed; and the last step that was taken. */
  async totp(account_id: string, which: 'confirmed' | 'waiting'): Promise<{ secret: Buffer; last: number | null } | undefined> {
    const row = await this.db.row(which === 'confirmed' ? CONFIRMED : WAITING, [account_id]);
    return row && { secret: Buffer.from(this.vault.open('totp secret', row.sealed_secret), 'base64url'), last: row.last_step };
  }

  /** A code of this step was taken, which confirms the app. */
  async taken(account_id: string, step: number): Promise<void> {
    await this.db.rows(TAKEN, [account_id, step]);
  }

  async removeTotp(account_id: string): Promise<boolean> {
    return (await this.db.row(REMOVE_TOTP, [account_id])) !== undefined;
  }

  /** Apps and passkeys; the recovery codes go when it is settled. */
  async removeAll(account_id: string): Promise<void> {
    await this.db.rows(REMOVE_ALL, [account_id]);
  }

  /** Lets a login ask for a second factor, or no longer; recovery codes go with the last factor. */
  async settle(account_id: string): Promise<void> {
    if (!(await this.db.row(SETTLE, [account_id]))?.second_factor) await this.db.rows(FORGET_CODES, [account_id]);
  }

  /** New recovery codes in place of those there were, as the person reads them. */
  async renewRecoveryCodes(account_id: string): Promise<string[]> {
    const codes = newRecoveryCodes();
    await this.db.rows(FORGET_CODES, [account_id]);
    await this.db.rows(KEEP_CODES, [account_id, codes.map((code) => this.hashOf(account_id, code))]);
    return codes.map(shownRecoveryCode);
  }

  async useRecoveryCode(account_id: string, typed: string): Promise<boolean> {
    return (await this.db.row(USE_CODE, [account_id, this.hashOf(account_id, readRecoveryCode(typed))])) !== undefined;
  }

  private hashOf(account_id: string, code: string): Buffer {
    return this.vault.derive('recovery code', `${account_id} ${code}`);
  }
}
