import { Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { IsNull, Not } from 'typeorm';
import { AccountRepository } from '../account/account.repository.js';
import { PasskeyRepository } from '../passkey/passkey.repository.js';
import { RecoveryCodeEntity } from './recovery-code.entity.js';
import { generateRecoveryCodes, parseRecoveryCode, formatRecoveryCode } from './recovery-codes.js';
import { TotpEntity } from './totp.entity.js';

/** Time to confirm a pending authenticator app. */
export const CONFIRM_SECONDS = 600;

/** A user's second factors, without the list of passkeys. */
const STATUS = statement(
  `select second_factor, (select confirmed_at from totp where account_id = account.id) as totp_since,
          (select count(*)::int from recovery_code where account_id = account.id) as recovery_codes_left
     from account where id = :user_id and tenant_id = :tenant_id and is_active`,
  { second_factor: 'bool', totp_since: 'timestamptz?', recovery_codes_left: 'int4' },
);
const START_TOTP = statement(
  `insert into totp (account_id, tenant_id, sealed_secret) select id, tenant_id, :sealed_secret from account where id = :account_id and tenant_id = :tenant_id
   on conflict (account_id) do update set sealed_secret = :sealed_secret, created_at = now() where totp.confirmed_at is null returning account_id`,
  { account_id: 'text' },
);
const CONFIRMED_TOTP = statement('select * from totp where account_id = :account_id and confirmed_at is not null', TotpEntity);
const PENDING_TOTP = statement(
  `select * from totp
    where account_id = :account_id and confirmed_at is null and created_at > now() - ${CONFIRM_SECONDS} * interval '1 second'`,
  TotpEntity,
);
const RECORD_STEP = statement(
  'update totp set last_step = :step, confirmed_at = coalesce(confirmed_at, now()) where account_id = :account_id',
);
const ADD_CODES = statement(`
  insert into recovery_code (account_id, tenant_id, hash)
  select id, tenant_id, unnest(:hashes::bytea[]) from account where id = :account_id`);

/** Authenticator apps and recovery codes. Lock the account's row before changing anything. */
@Injectable()
export class FactorRepository {
  constructor(
    private readonly db: Database,
    private readonly accounts: AccountRepository,
    private readonly passkeys: PasskeyRepository,
  ) {}

  findStatus(user_id: string, tenant_id: string) {
    return this.db.row(STATUS, { user_id, tenant_id });
  }

  /** Stores the secret of an unconfirmed app and replaces an earlier unconfirmed one. False if there is a confirmed app. */
  async startTotp(account_id: string, tenant_id: string, secret: Buffer): Promise<boolean> {
    const values = await this.db.sealed(TotpEntity, { account_id, tenant_id, sealed_secret: secret.toString('base64url') });
    return (await this.db.row(START_TOTP, values)) !== undefined;
  }

  /** The confirmed or the pending app, with the last used time step. */
  async findTotp(account_id: string, state: 'confirmed' | 'pending'): Promise<{ secret: Buffer; last_step: number | null } | undefined> {
    const totp = await this.db.row(state === 'confirmed' ? CONFIRMED_TOTP : PENDING_TOTP, { account_id });
    return totp && { secret: Buffer.from(totp.sealed_secret, 'base64url'), last_step: totp.last_step };
  }

  /** Marks a time step as used, which also confirms a pending app. */
  async recordTotpStep(account_id: string, step: number): Promise<void> {
    await this.db.rows(RECORD_STEP, { account_id, step });
  }

  /** False if the user has no confirmed app. */
  async removeTotp(account_id: string): Promise<boolean> {
    return (await this.db.repository(TotpEntity).delete({ account_id, confirmed_at: Not(IsNull()) })).affected === 1;
  }

  /** Removes the app and all passkeys. `updateSecondFactorFlag` deletes the recovery codes. */
  async removeAll(account_id: string): Promise<void> {
    await this.db.repository(TotpEntity).delete({ account_id });
    await this.passkeys.removeAll(account_id);
  }

  /** Updates `account.second_factor` after a change. Deletes the recovery codes if there is no factor left. */
  async updateSecondFactorFlag(account_id: string): Promise<void> {
    if (!(await this.accounts.updateSecondFactor(account_id))) await this.deleteRecoveryCodes(account_id);
  }

  /** Replaces the recovery codes and returns the new ones, formatted for display. */
  async regenerateRecoveryCodes(account_id: string): Promise<string[]> {
    const codes = generateRecoveryCodes();
    const hashes = await Promise.all(codes.map((code) => this.hashRecoveryCode(account_id, code)));
    await this.deleteRecoveryCodes(account_id);
    await this.db.rows(ADD_CODES, { account_id, hashes });
    return codes.map(formatRecoveryCode);
  }

  async consumeRecoveryCode(account_id: string, typed: string): Promise<boolean> {
    const hash = await this.hashRecoveryCode(account_id, parseRecoveryCode(typed));
    return (await this.db.repository(RecoveryCodeEntity).delete({ account_id, hash })).affected === 1;
  }

  private async deleteRecoveryCodes(account_id: string): Promise<void> {
    await this.db.repository(RecoveryCodeEntity).delete({ account_id });
  }

  private hashRecoveryCode(account_id: string, code: string): Promise<Buffer> {
    return this.db.sealing.derive('recovery code', `${account_id} ${code}`);
  }
}
