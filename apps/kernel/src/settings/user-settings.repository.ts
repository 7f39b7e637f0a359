import { InvalidInput } from '@skep/contracts';
import type { Settings, UpdateSettings } from '@skep/contracts/kernel';
import { as, commitWithAnswer, type Ctx, Database, merge, statement, Together } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { RolePolicies } from './role-policies.js';
import { TenantDefaults } from './tenant-defaults.js';

export type UserOf = Pick<Ctx, 'tenant' | 'user' | 'role'>;

type SettingsOwner = Pick<UserOf, 'tenant' | 'user'>;
/** What a user chose. */
type Chosen = Partial<Settings>;
const NOTHING: Chosen = {};

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
const ROW = { settings: as<Chosen>('jsonb') } as const;
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
  private readonly together = new Together<SettingsOwner, Chosen>((users) => this.read(users));

  constructor(
    private readonly db: Database,
    private readonly policies: RolePolicies,
    private readonly ofTenants: TenantDefaults,
  ) {}

  async get(owner: UserOf): Promise<Settings> {
    const [chosen, defaults] = await Promise.all([this.together.run({ tenant: owner.tenant, user: owner.user }), this.defaultsOf(owner)]);
    return withDefaults(chosen, defaults);
  }

  /**
   * Changes of the same settings wait for each other, so that none is lost. Null changes nothing. Under an Idempotency-Key they commit with the
   * answer.
   * @throws Problem `invalid_input`
   */
  async update<T>(owner: UserOf, changes: UpdateSettings, toAnswer: (settings: Settings) => T): Promise<T> {
    const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== null));
    const { tenant, user } = owner;
    const defaults = await this.defaultsOf(owner);
    return commitWithAnswer(this.db, async () => {
      await this.db.rows(ADD, { tenant, user });
      const { settings: chosen } = (await this.db.row(LOCK, { tenant, user }))!;
      const settings = JSON.stringify(merge(chosen, given));
      if (Buffer.byteLength(settings) > BYTES_MAX)
        throw InvalidInput([{ loc: [], msg: 'The settings are larger than 64 KiB: remove entries', type: 'too_long' }]);
      await this.db.rows(WRITE, { tenant, user, settings });
      return toAnswer(withDefaults(JSON.parse(settings) as Chosen, defaults));
    });
  }

  /** The defaults of the tenant. Users with a role whose policy is `default_on` confirm calls in any case. */
  private async defaultsOf({ tenant, role }: UserOf): Promise<Settings> {
    const [ofTenant, isConfirming] = await Promise.all([this.ofTenants.get(tenant), this.policies.areConfirming({ tenant, role })]);
    const defaults = merge(DEFAULTS, ofTenant) as unknown as Settings;
    return isConfirming ? { ...defaults, confirmation_enabled: true } : defaults;
  }

  private async read(owners: SettingsOwner[]): Promise<Chosen[]> {
    const chosen = new Map<string, Chosen>();
    const ofTenant = async (tenant: string, group: SettingsOwner[]) => {
      const users = [...new Set(group.map(({ user }) => user))];
      const rows = await this.db.inTenant(tenant, () => this.db.rows(READ, { tenant, users }));
      for (const { user_id, settings } of rows) chosen.set(keyOf({ tenant, user: user_id }), settings);
    };
    await Promise.all([...Map.groupBy(owners, ({ tenant }) => tenant)].map((group) => ofTenant(...group)));
    return owners.map((owner) => chosen.get(keyOf(owner)) ?? NOTHING);
  }
}

const keyOf = ({ tenant, user }: SettingsOwner) => JSON.stringify([tenant, user]);

const withDefaults = (chosen: Chosen, defaults: Settings): Settings =>
  chosen === NOTHING ? defaults : (merge(defaults, chosen) as unknown as Settings);
