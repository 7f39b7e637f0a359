import type { RuntimeSettings, SetTenantRuntime, TenantRuntime, UpdateRuntime } from '@skep/contracts/agent';
import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { TENANT } from '../agent/agent.repository.js';
import { RuntimeSettingEntity } from './runtime-setting.entity.js';

type Owner = Pick<Ctx, 'tenant' | 'user'>;
/** How much of a conversation a model reads. */
export type ContextSettings = Required<UpdateRuntime> & Omit<RuntimeSettings, 'default_provider' | 'default_model'>;

export const DEFAULTS: ContextSettings = {
  ...{ max_context_tokens: 200_000, max_history_share: 0.5, reserve_tokens_floor: 20_000 },
  ...{ pruning_enabled: true, soft_trim_ratio: 0.3, hard_clear_ratio: 0.5 },
  enforced: [],
};
const NOTHING: TenantRuntime = { settings: {}, enforced: {} };

const MERGE = statement(
  `insert into runtime_setting (tenant_id, user_id, settings) values (:tenant, :user, :settings::jsonb)
   on conflict (tenant_id, user_id) do update set settings = runtime_setting.settings || excluded.settings`,
);

@Injectable()
export class RuntimeRepository {
  constructor(private readonly db: Database) {}

  /** What holds for a person. */
  async find({ tenant, user }: Owner): Promise<ContextSettings> {
    const rows = await this.db.repository(RuntimeSettingEntity).findBy({ tenant_id: tenant, user_id: In([user, TENANT]) });
    const own = user === TENANT ? undefined : rows.find(({ user_id }) => user_id === user);
    const { settings, enforced } = rows.find(({ user_id }) => user_id === TENANT) ?? NOTHING;
    return { ...DEFAULTS, ...settings, ...own?.settings, ...enforced, enforced: Object.keys(enforced) };
  }

  /** What holds for everyone of a tenant. */
  async findOfTenant(tenant: string): Promise<TenantRuntime> {
    const { settings, enforced } =
      (await this.db.repository(RuntimeSettingEntity).findOneBy({ tenant_id: tenant, user_id: TENANT })) ?? NOTHING;
    return { settings, enforced };
  }

  /** Replaces what holds for everyone of a tenant. */
  async setOfTenant(tenant: string, { settings, enforced }: SetTenantRuntime): Promise<void> {
    const row = { tenant_id: tenant, user_id: TENANT, settings: given(settings), enforced: given(enforced) };
    await this.db.repository(RuntimeSettingEntity).upsert(row, ['tenant_id', 'user_id']);
  }

  /** Changes what is given. */
  async update({ tenant, user }: Owner, changes: UpdateRuntime): Promise<void> {
    await this.db.rows(MERGE, { tenant, user, settings: JSON.stringify(given(changes)) });
  }
}

const given = (changes: UpdateRuntime): UpdateRuntime =>
  Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== null && value !== undefined));
