import type { RegisterDevice } from '@skep/contracts/channels';
import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { DeviceTokenEntity } from './device-token.entity.js';

type Owner = Pick<Ctx, 'tenant' | 'user'>;

const DEVICES_MAX = 20;
const PREFIX = 'dvt_';

/** The id of a token. An id is its own. */
const idOf = (token: string): string =>
  /^dvt_[0-9a-f]{64}$/.test(token) ? token : `${PREFIX}${createHash('sha256').update(token).digest('hex')}`;

/** Also takes the token from another person, of any tenant. What is sealed opens only for its tenant. */
const PUT = statement(
  `insert into device_token (id, tenant_id, user_id, token, platform, device_id, app_version, locale)
   values (:id, :tenant_id, :user_id, :token, :platform, :device_id, :app_version, :locale)
   on conflict (id) do update
      set tenant_id = excluded.tenant_id, user_id = excluded.user_id, token = excluded.token, platform = excluded.platform,
          device_id = excluded.device_id, app_version = excluded.app_version, locale = excluded.locale, last_seen_at = now()
   returning last_seen_at as updated_at, xmax = 0 as created`,
  { updated_at: 'timestamptz', created: 'bool' },
);
const KEEP_NEWEST = statement(
  `delete from device_token where tenant_id = :tenant and user_id = :user and id not in
     (select id from device_token where tenant_id = :tenant and user_id = :user order by last_seen_at desc, id limit ${DEVICES_MAX})`,
);
const REMOVE_OWN = statement('delete from device_token where id = :id and tenant_id = :tenant and user_id = :user');
const LIST = statement('select id from device_token where tenant_id = :tenant and user_id = :user order by id', { id: 'text' });

/** Reads and writes the devices of people. Those of someone else do not exist. */
@Injectable()
export class DeviceTokenRepository {
  constructor(private readonly db: Database) {}

  /** The device no longer belongs to another person. Of too many devices those that were registered first are removed. */
  async put({ tenant, user }: Owner, { token, platform, device_id = null, app_version = null, locale = null }: DeviceFields) {
    const id = idOf(token);
    const row = await this.db.sealed(DeviceTokenEntity, {
      id,
      tenant_id: tenant,
      user_id: user,
      token,
      platform,
      device_id,
      app_version,
      locale,
    });
    return this.db.acrossTenants(() =>
      this.db.transaction(async () => {
        const written = (await this.db.row(PUT, row))!;
        await this.db.rows(KEEP_NEWEST, { tenant, user });
        return { id, ...written };
      }),
    );
  }

  /** @param tokenOrId of any person: only one's own is removed */
  async removeOwn({ tenant, user }: Owner, tokenOrId: string): Promise<void> {
    await this.db.rows(REMOVE_OWN, { id: idOf(tokenOrId), tenant, user });
  }

  async removeAll({ tenant: tenant_id, user: user_id }: Owner): Promise<void> {
    await this.rows().delete({ tenant_id, user_id });
  }

  async listIds({ tenant, user }: Owner): Promise<string[]> {
    return (await this.db.rows(LIST, { tenant, user })).map(({ id }) => id);
  }

  /** Undefined if it was removed, or belongs to another person meanwhile. */
  async find({ tenant: tenant_id, user: user_id }: Owner, id: string): Promise<DeviceTokenEntity | undefined> {
    return (await this.rows().findOneBy({ id, tenant_id, user_id })) ?? undefined;
  }

  private rows() {
    return this.db.repository(DeviceTokenEntity);
  }
}

type DeviceFields = { [Key in keyof RegisterDevice]: RegisterDevice[Key] | null | undefined } & Pick<RegisterDevice, 'token' | 'platform'>;
