import { Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { Vault } from '../secrets/vault.js';
import { generateRecoveryCodes, parseRecoveryCode, formatRecoveryCode } from './recovery-codes.js';

/** A user's second factors, without the list of passkeys. */
interface FactorStatus {
  second_factor: boolean;
  totp_since: Date | null;
  recovery_codes_left: number;
}

/** Time to confirm a pending authenticator app. */
export const CONFIRM_SECONDS = 600;

const STATUS = statement<FactorStatus>(`
  select second_factor, (select confirmed_at from totp where account_id = account.id) as totp_since,
         (select count(*)::int from recovery_code where account_id = account.id) as recovery_codes_left
    from account where id = $1 and tenant_id = $2 and is_active`);
const START_TOTP = statement(`
  insert into totp (account_id, tenant_id, sealed_secret) select id, tenant_id, $2 from account where id = $1
  on conflict (account_id) do update set sealed_secret = $2, created_at = now() where totp.confirmed_at is null returning account_id`);
const TOTP = `select sealed_secret, last_step from totp where account_id = $1`;
const CONFIRMED = statement<{ sealed_secret: Buffer; last_step: number | null }>(`${TOTP} and confirmed_at is not null`);
const PENDING = statement<{ sealed_secret: Buffer; last_step: null }>(`
  ${TOTP} and confirmed_at is null and created_at > now() - ${CONFIRM_SECONDS} * interval '1 second'`);
const RECORD_STEP = statement('update totp set last_step = $2, confirmed_at = coalesce(confirmed_at, now()) where account_id = $1');
const REMOVE_TOTP = statement('delete from totp where account_id = $1 and confirmed_at is not null returning account_id');
const REMOVE_ALL = statement('with app as (delete from totp where account_id = $1) delete from passkey where account_id = $1');
const UPDATE_FLAG = statement<{ second_factor: boolean }>(`
  update account set second_factor = exists (select from totp where account_id = $1 and confirmed_at is not null)
                                     or exists (select from passkey where account_id = $1)
   where id = $1 returning second_factor`);
const DELETE_CODES = statement('delete from recovery_code where account_id = $1');
const ADD_CODES = statement(`
  insert into recovery_code (account_id, tenant_id, hash) select id, tenant_id, unnest($2::bytea[]) from account where id = $1`);
const CONSUME_CODE = statement('delete from recovery_code where account_id = $1 and hash = $2 returning hash');

/** Authenticator apps and recovery codes. Lock the account's row before changing anything. */
@Injectable()
export class FactorRepository {
  constructor(
    private readonly db: Database,
    private readonly vault: Vault,
  ) {}

  findStatus(user_id: string, tenant_id: string): Promise<FactorStatus | undefined> {
    return this.db.row(STATUS, [user_id, tenant_id]);
  }

  /** Stores the secret of an unconfirmed app and replaces an earlier unconfirmed one. False if there is a confirmed app. */
  async startTotp(account_id: string, secret: Buffer): Promise<boolean> {
    const sealed = this.vault.seal('totp secret', secret.toString('base64url'));
    return (await this.db.row(START_TOTP, [account_id, sealed])) !== undefined;
  }

  /** The confirmed or the pending app, with the last used time step. */
  async findTotp(account_id: string, state: 'confirmed' | 'pending'): Promise<{ secret: Buffer; last_step: number | null } | undefined> {
    const row = await this.db.row(state === 'confirmed' ? CONFIRMED : PENDING, [account_id]);
    return row && { secret: Buffer.from(this.vault.open('totp secret', row.sealed_secret), 'base64url'), last_step: row.last_step };
  }

  /** Marks a time step as used, which also confirms a pending app. */
  async recordTotpStep(account_id: string, step: number): Promise<void> {
    await this.db.rows(RECORD_STEP, [account_id, step]);
  }

  async removeTotp(account_id: string): Promise<boolean> {
    return (await this.db.row(REMOVE_TOTP, [account_id])) !== undefined;
  }

  /** Removes the app and all passkeys. `updateSecondFactorFlag` deletes the recovery codes. */
  async removeAll(account_id: string): Promise<void> {
    await this.db.rows(REMOVE_ALL, [account_id]);
  }

  /** Updates `account.second_factor` after a change. Deletes the recovery codes if there is no factor left. */
  async updateSecondFactorFlag(account_id: string): Promise<void> {
    if (!(await this.db.row(UPDATE_FLAG, [account_id]))?.second_factor) await this.db.rows(DELETE_CODES, [account_id]);
  }

  /** Replaces the recovery codes and returns the new ones, formatted for display. */
  async regenerateRecoveryCodes(account_id: string): Promise<string[]> {
    const codes = generateRecoveryCodes();
    await this.db.rows(DELETE_CODES, [account_id]);
    await this.db.rows(ADD_CODES, [account_id, codes.map((code) => this.hashRecoveryCode(account_id, code))]);
    return codes.map(formatRecoveryCode);
  }

  async consumeRecoveryCode(account_id: string, typed: string): Promise<boolean> {
    return (await this.db.row(CONSUME_CODE, [account_id, this.hashRecoveryCode(account_id, parseRecoveryCode(typed))])) !== undefined;
  }

  private hashRecoveryCode(account_id: string, code: string): Buffer {
    return this.vault.derive('recovery code', `${account_id} ${code}`);
  }
}
