import { PendingDevice } from '@skep/contracts/auth';
import { as, Database, type Statement, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { DeviceGrantEntity, type DeviceState } from './device-grant.entity.js';

/** The approving user. `proof`: SHA-256 of their password hash. */
export interface Approval {
  account_id: string;
  tenant_id: string;
  proof: Buffer;
}

/** Lifetime of a device code and its user code. */
export const EXPIRES_SECONDS = 600;
/** Initial polling interval, and its increase after each early poll. */
export const POLL_SECONDS = 5;
const MAX_POLL_SECONDS = 60;
/** Tolerates network jitter. */
const TOLERANCE_SECONDS = 1;

const ADD = statement(
  `insert into device_grant (code_hash, user_code, code_challenge, label, ip, expires_at)
   values (:code_hash, :user_code, :code_challenge, :label, :ip, now() + ${EXPIRES_SECONDS} * interval '1 second')
   on conflict (user_code) do nothing returning user_code`,
  { user_code: 'text' },
);
/** `polled_too_early`: the device did not wait for `poll_seconds`. */
const LOCK = statement(
  `select state, code_challenge, account_id, tenant_id, proof, expires_at <= clock_timestamp() as expired,
          coalesce(polled_at + (poll_seconds - ${TOLERANCE_SECONDS}) * interval '1 second' > clock_timestamp(), false) as polled_too_early
     from device_grant where code_hash = :code_hash for update`,
  { code_challenge: 'text', account_id: 'text?', tenant_id: 'text?', proof: 'bytea?', expired: 'bool', polled_too_early: 'bool' },
  { state: as<DeviceState>('text') },
);
const RECORD_POLL = statement(`
  update device_grant set polled_at = clock_timestamp(), poll_seconds = least(poll_seconds + :more_seconds, ${MAX_POLL_SECONDS})
   where code_hash = :code_hash`);
const FIND_PENDING = statement(
  `select user_code, label, ip as ip_address, created_at from device_grant
    where user_code = :user_code and state = 'pending' and expires_at > now()`,
  PendingDevice,
);
const DECIDE = statement(
  `update device_grant set state = :state, account_id = :account_id, tenant_id = :tenant_id, proof = :proof
    where user_code = :user_code and state = 'pending' and expires_at > now() returning user_code`,
  { user_code: 'text' },
);

/** The state of an authorization request at a poll. */
export type DeviceGrant = NonNullable<typeof LOCK.row>;

/** Authorization requests of devices. */
@Injectable()
export class DeviceRepository {
  constructor(private readonly db: Database) {}

  /** False if another request has this user code. */
  async add(
    code_hash: Buffer,
    user_code: string,
    device: { code_challenge: string; label: string | null; ip: string | undefined },
  ): Promise<boolean> {
    return (await this.queryRow(ADD, { ...device, code_hash, user_code })) !== undefined;
  }

  /** Locks the request until the transaction ends; concurrent polls wait. */
  lock(code_hash: Buffer): Promise<DeviceGrant | undefined> {
    return this.queryRow(LOCK, { code_hash });
  }

  /** Records a poll and increases the polling interval by `more_seconds`. */
  async recordPoll(code_hash: Buffer, more_seconds: number): Promise<void> {
    await this.queryRow(RECORD_POLL, { code_hash, more_seconds });
  }

  async markUsed(code_hash: Buffer): Promise<void> {
    await this.db.acrossTenants(() => this.db.repository(DeviceGrantEntity).update({ code_hash }, { state: 'used' }));
  }

  /** Denies the requests that the user approved and whose tokens were not fetched yet. */
  async denyApproved(account_id: string): Promise<void> {
    await this.db.repository(DeviceGrantEntity).update({ account_id, state: 'approved' }, { state: 'denied' });
  }

  findPending(user_code: string): Promise<PendingDevice | undefined> {
    return this.queryRow(FIND_PENDING, { user_code });
  }

  /** Denies the request if there is no approval. False if it is no longer pending. */
  async decide(user_code: string, approval?: Approval): Promise<boolean> {
    const { account_id, tenant_id, proof } = approval ?? {};
    const state: DeviceState = approval ? 'approved' : 'denied';
    return (await this.queryRow(DECIDE, { user_code, state, account_id, tenant_id, proof })) !== undefined;
  }

  /** A pending request belongs to no tenant yet, so it is found across tenants by one of its codes. */
  private queryRow<Row extends object>(sql: Statement<Row>, values: object): Promise<Row | undefined> {
    return this.db.acrossTenants(() => this.db.row(sql, values));
  }
}
