import type { PendingDevice } from '@skep/contracts';
import { Database, type Statement, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { DeviceState } from './device-grant.entity.js';

/** What the state machine knows of a device when it asks. `early`: it has not waited for as long as it was told. */
export interface Grant {
  state: DeviceState;
  code_challenge: string;
  account_id: string | null;
  tenant_id: string | null;
  proof: Buffer | null;
  expired: boolean;
  early: boolean;
}

/** Whoever approves, and the proof of it. */
export interface Approval {
  account_id: string;
  tenant_id: string;
  proof: Buffer;
}

export const EXPIRES_SECONDS = 600;
export const POLL_SECONDS = 5;
const MOST_POLL_SECONDS = 60;
/** The network is not that punctual: so much too early is not early. */
const TOLERANCE_SECONDS = 1;

const ADD = statement(`
  insert into device_grant (code_hash, user_code, code_challenge, label, ip, expires_at)
  values ($1, $2, $3, $4, $5, now() + ${EXPIRES_SECONDS} * interval '1 second') on conflict (user_code) do nothing returning user_code`);
const LOCK = statement<Grant>(`
  select state, code_challenge, account_id, tenant_id, proof, expires_at <= clock_timestamp() as expired,
         coalesce(polled_at + (poll_seconds - ${TOLERANCE_SECONDS}) * interval '1 second' > clock_timestamp(), false) as early
    from device_grant where code_hash = $1 for update`);
const POLLED = statement(`
  update device_grant set polled_at = clock_timestamp(), poll_seconds = least(poll_seconds + $2, ${MOST_POLL_SECONDS}) where code_hash = $1`);
const USED = statement(`update device_grant set state = 'used' where code_hash = $1`);
const REFUSE = statement(`update device_grant set state = 'denied' where account_id = $1 and state = 'approved'`);
const WAITING = statement<PendingDevice>(`
  select user_code, label, ip as ip_address, created_at from device_grant where user_code = $1 and state = 'pending' and expires_at > now()`);
const DECIDE = statement(`
  update device_grant set state = $2, account_id = $3, tenant_id = $4, proof = $5
   where user_code = $1 and state = 'pending' and expires_at > now() returning user_code`);

@Injectable()
export class DeviceRepository {
  constructor(private readonly db: Database) {}

  /** False when another device has this user code. */
  async add(code_hash: Buffer, user_code: string, device: { code_challenge: string; label: string | null; ip: string | undefined }) {
    const values = [code_hash, user_code, device.code_challenge, device.label, device.ip ?? null];
    return (await this.first(ADD, values)) !== undefined;
  }

  /** Whoever asks with the same device code at the same time waits until the transaction ends. */
  lock(code_hash: Buffer): Promise<Grant | undefined> {
    return this.first(LOCK, [code_hash]);
  }

  /** It has asked, and has to wait `longer` seconds longer from now on. */
  async polled(code_hash: Buffer, longer: number): Promise<void> {
    await this.first(POLLED, [code_hash, longer]);
  }

  async used(code_hash: Buffer): Promise<void> {
    await this.first(USED, [code_hash]);
  }

  /** Devices that this person has approved, and that have not fetched their tokens, get none. */
  async refuse(account_id: string): Promise<void> {
    await this.db.rows(REFUSE, [account_id]);
  }

  waiting(user_code: string): Promise<PendingDevice | undefined> {
    return this.first(WAITING, [user_code]);
  }

  /** Denies without an approval. False when it does not wait any more. */
  async decide(user_code: string, approval?: Approval): Promise<boolean> {
    const { account_id = null, tenant_id = null, proof = null } = approval ?? {};
    return (await this.first(DECIDE, [user_code, approval ? 'approved' : 'denied', account_id, tenant_id, proof])) !== undefined;
  }

  /** A device that waits is of no tenant yet: whoever holds one of its codes may ask. */
  private first<Row extends object>(asked: Statement<Row>, values: unknown[]): Promise<Row | undefined> {
    return this.db.acrossTenants(() => this.db.row(asked, values));
  }
}
