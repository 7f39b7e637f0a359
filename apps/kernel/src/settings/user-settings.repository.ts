import { InvalidInput } from '@skep/contracts';
import type { Settings, UpdateSettings } from '@skep/contracts/kernel';
import { as, type Ctx, Database, statement, Together } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { merge } from './merge.js';

export type UserOf = Pick<Ctx, 'tenant' | 'user'>;

const BYTES_MAX = 64 * 1024;

const DEFAULTS: Settings = {
  confirmation_enabled: false,
  confirmation_actions: { read: false, write: true, destructive: true },
  confirmation_overrides: {},
  confirmation_skip_read: true,
  confirmation_ttl: 300,
  kav_max_retries: 2,
  routing_context: 6,
  max_tool_rounds: 10,
  max_response_tokens: 4096,
  notifications: { enabled: true, default: ['panel'], apps: {} },
};

const OWN = 'tenant_id = :tenant and user_id = :user';
const ROW = { settings: as<object>('jsonb') } as const;
const READ = statement('select user_id, settings from user_settings where tenant_id = :tenant and user_id = any(:users)', {
  user_id: 'text',
  ...ROW,
});
const ADD = statement(`insert into user_settings (tenant_id, user_id, settings) values (:tenant, :user, '{}') on conflict do nothing`);
const LOCK = statement(`select settings from user_settings where ${OWN} for update`, ROW);
const WRITE = statement(`update user_settings set settings = :settings where ${OWN}`);

/**
 * The settings of users. They are read from Postgres each time: what was switched on holds from then on. Reads of several users at the same time
 * go together.
 */
@Injectable()
export class UserSettingsRepository {
  private readonly together = new Together<UserOf, Settings>((users) => this.read(users));

  constructor(private readonly db: Database) {}

  get({ tenant, user }: UserOf): Promise<Settings> {
    return this.together.run({ tenant, user });
  }

  /** Changes of the same settings wait for each other, so that none is lost. Null changes nothing. @throws Problem `invalid_input` */
  update({ tenant, user }: UserOf, changes: UpdateSettings): Promise<Settings> {
    const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== null));
    return this.db.transaction(async () => {
      await this.db.rows(ADD, { tenant, user });
      const { settings: chosen } = (await this.db.row(LOCK, { tenant, user }))!;
      const settings = JSON.stringify(merge(chosen, given));
      if (Buffer.byteLength(settings) > BYTES_MAX)
        throw InvalidInput([{ loc: [], msg: 'The settings are larger than 64 KiB: remove entries', type: 'too_long' }]);
      await this.db.rows(WRITE, { tenant, user, settings });
      return withDefaults(JSON.parse(settings) as object);
    });
  }

  private async read(owners: UserOf[]): Promise<Settings[]> {
    const chosen = new Map<string, object>();
    const ofTenant = async (tenant: string, group: UserOf[]) => {
      const users = [...new Set(group.map(({ user }) => user))];
      const rows = await this.db.inTenant(tenant, () => this.db.rows(READ, { tenant, users }));
      for (const { user_id, settings } of rows) chosen.set(keyOf({ tenant, user: user_id }), settings);
    };
    await Promise.all([...Map.groupBy(owners, ({ tenant }) => tenant)].map((group) => ofTenant(...group)));
    return owners.map((owner) => withDefaults(chosen.get(keyOf(owner))));
  }
}

const keyOf = ({ tenant, user }: UserOf) => JSON.stringify([tenant, user]);

const withDefaults = (chosen?: object) => (chosen ? (merge(DEFAULTS, chosen) as unknown as Settings) : DEFAULTS);
