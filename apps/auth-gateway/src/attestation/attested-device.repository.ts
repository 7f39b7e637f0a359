import type { ForgetDevices } from '@skep/contracts/auth';
import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { randomAlphanumeric } from '../secrets/opaque-tokens.js';
import type { AttestedKey } from './app-attest/app-attest.js';
import { AttestChallengeEntity } from './attest-challenge.entity.js';
import { AttestedDeviceEntity } from './attested-device.entity.js';

const IS_MINE_OR_FREE = '(user_id is null or (user_id = :user and tenant_id = :tenant))';

const ADD = statement(
  `insert into attested_device (id, user_id, tenant_id, key_id, app_id, environment, public_key, receipt)
   values (:id, nullif(:user, ''), nullif(:tenant, ''), :key_id, :appId, :environment, :publicKey, :receipt)
   on conflict (key_id) do nothing returning id`,
  { id: 'text' },
);
const FIND = statement(`select * from attested_device where key_id = :key_id and ${IS_MINE_OR_FREE}`, AttestedDeviceEntity);
/** Of several assertions with one counter, one finds a smaller one in the row. */
const COUNT = statement(
  `update attested_device set counter = :counter, user_id = :user, tenant_id = :tenant, used_at = now()
    where id = :id and counter < :counter and ${IS_MINE_OR_FREE} returning id`,
  { id: 'text' },
);

/** Devices of the caller. They are found across tenants: a key that was attested before a sign-in has none. */
@Injectable()
export class AttestedDeviceRepository {
  constructor(private readonly db: Database) {}

  /** Adds a device of the caller, if someone is signed in. Undefined if its key is known. */
  add({ user, tenant }: Ctx, key_id: string, key: AttestedKey): Promise<{ id: string } | undefined> {
    const id = `atd_${randomAlphanumeric(22)}`;
    return this.db.acrossTenants(() => this.db.row(ADD, { id, user, tenant: user && tenant, key_id, ...key }));
  }

  /** The device with a key, if it is the caller's or not yet anyone's. */
  find({ user, tenant }: Ctx, key_id: string): Promise<AttestedDeviceEntity | undefined> {
    return this.db.acrossTenants(() => this.db.row(FIND, { key_id, user, tenant }));
  }

  /** Stores the counter of an assertion, and that the device is the caller's. False unless the counter has increased. */
  async count({ user, tenant }: Ctx, id: string, counter: number): Promise<boolean> {
    return (await this.db.acrossTenants(() => this.db.row(COUNT, { id, counter, user, tenant }))) !== undefined;
  }

  /** False if the caller has no such device. */
  async delete({ user, tenant }: Ctx, id: string): Promise<boolean> {
    return !!(await this.db.repository(AttestedDeviceEntity).delete({ id, user_id: user, tenant_id: tenant })).affected;
  }

  /** Deletes all devices of a user, and their challenges. */
  deleteAll(owner: Required<ForgetDevices>): Promise<number> {
    return this.db.inTenant(owner.tenant_id, () =>
      this.db.transaction(async () => {
        await this.db.repository(AttestChallengeEntity).delete({ ...owner });
        return (await this.db.repository(AttestedDeviceEntity).delete({ ...owner })).affected ?? 0;
      }),
    );
  }
}
