import type { ChannelPreferences, Preferences, UpdatePreferences } from '@skep/contracts/channels';
import { type Ctx, Database, merge, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { PreferenceEntity } from './preference.entity.js';

type Owner = Pick<Ctx, 'tenant' | 'user'>;

/** Preferences, with the topics that the user wants. */
export type KnownPreferences = Preferences & Pick<PreferenceEntity, 'topics'>;

const CHANNELS: ChannelPreferences = {
  panel: { min_priority: 'low', quiet_priority: 'urgent' },
  email: { min_priority: 'low', quiet_priority: 'urgent' },
  push: { min_priority: 'low', quiet_priority: 'urgent' },
  whatsapp: { min_priority: 'never', quiet_priority: 'urgent' },
};

const ADD = statement('insert into preference (tenant_id, user_id) values (:tenant, :user) on conflict do nothing');
const LOCK = statement('select * from preference where tenant_id = :tenant and user_id = :user for update', PreferenceEntity);

@Injectable()
export class PreferenceRepository {
  constructor(private readonly db: Database) {}

  async get({ tenant, user }: Owner): Promise<KnownPreferences> {
    return withDefaults(await this.db.repository(PreferenceEntity).findOneBy({ tenant_id: tenant, user_id: user }));
  }

  /** Changes of the same preferences wait for each other, so that none is lost. Empty quiet hours remove them. */
  update(
    { tenant, user }: Owner,
    { timezone, quiet_from, quiet_until, channels, topics }: UpdatePreferences & Partial<Pick<PreferenceEntity, 'topics'>>,
  ): Promise<KnownPreferences> {
    return this.db.transaction(async () => {
      await this.db.rows(ADD, { tenant, user });
      const before = (await this.db.row(LOCK, { tenant, user }))!;
      const after = {
        timezone: timezone ?? before.timezone,
        quiet_from: (quiet_from ?? before.quiet_from) || null,
        quiet_until: (quiet_until ?? before.quiet_until) || null,
        channels: merge(before.channels, channels ?? {}),
        topics: topics ?? before.topics,
      };
      await this.db.repository(PreferenceEntity).update({ tenant_id: tenant, user_id: user }, after);
      return withDefaults({ ...before, ...after });
    });
  }
}

const withDefaults = (chosen: PreferenceEntity | null): KnownPreferences => ({
  timezone: chosen?.timezone ?? 'UTC',
  quiet_from: chosen?.quiet_from ?? null,
  quiet_until: chosen?.quiet_until ?? null,
  channels: merge(CHANNELS, chosen?.channels ?? {}) as unknown as ChannelPreferences,
  topics: chosen?.topics ?? {},
});
