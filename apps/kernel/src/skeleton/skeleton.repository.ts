import { SkeletonSection } from '@skep/contracts/kernel';
import { Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { SkeletonSectionEntity } from './skeleton-section.entity.js';

export type SectionKey = Pick<SkeletonSectionEntity, 'tenant_id' | 'user_id' | 'app_id' | 'section'>;

/** A section as it is stored. */
export type StoredSection = SkeletonSection & {
  is_fresh: boolean;
  /** Changes with each write. */
  version: string;
};

const THIS = 'tenant_id = :tenant_id and user_id = :user_id and app_id = :app_id and section = :section';
const COLUMNS = 'user_id, app_id as extension_id, section, data, updated_at';
const FIND = statement(
  `select ${COLUMNS}, coalesce(fresh_until > now(), true) as is_fresh, updated_at::text as version from skeleton_section where ${THIS}`,
  SkeletonSection,
  { is_fresh: 'bool', version: 'text' },
);
const SAVE = statement(
  `insert into skeleton_section (tenant_id, user_id, app_id, section, data, updated_at)
   values (:tenant_id, :user_id, :app_id, :section, :data, now())
   on conflict (tenant_id, user_id, app_id, section)
   do update set data = excluded.data, updated_at = excluded.updated_at, fresh_until = null
   returning ${COLUMNS}`,
  SkeletonSection,
);
const KEEP = statement(
  `insert into skeleton_section as stored (tenant_id, user_id, app_id, section, data, updated_at, fresh_until)
   values (:tenant_id, :user_id, :app_id, :section, :data, now(), now() + make_interval(secs => :ttl))
   on conflict (tenant_id, user_id, app_id, section)
   do update set data = excluded.data, updated_at = excluded.updated_at, fresh_until = excluded.fresh_until
     where stored.updated_at::text = :version::text
   returning old.data is not null and old.data <> new.data as has_changed`,
  { has_changed: 'bool' },
);
const EXPIRE = statement(
  `update skeleton_section set fresh_until = now()
    where tenant_id = :tenant_id and user_id = :user_id and app_id = :app_id and fresh_until > now()`,
);

/** The sections of skeletons. */
@Injectable()
export class SkeletonRepository {
  constructor(private readonly db: Database) {}

  find(key: SectionKey): Promise<StoredSection | undefined> {
    return this.db.row(FIND, key);
  }

  async save(key: SectionKey, data: object): Promise<SkeletonSection> {
    return (await this.db.row(SAVE, { ...key, data: JSON.stringify(data) }))!;
  }

  /**
   * Keeps what a producer has made, for so many seconds. What was written since it began stays.
   * @param version of what was stored when it began
   * @returns whether it differs from what was stored; false for a first time
   */
  async keep(key: SectionKey, data: object, ttl: number, version: string | undefined): Promise<boolean> {
    return (await this.db.row(KEEP, { ...key, data: JSON.stringify(data), ttl, version }))?.has_changed ?? false;
  }

  /** What the producers of an app made for a user is out of date. */
  async expire(owner: Omit<SectionKey, 'section'>): Promise<void> {
    await this.db.rows(EXPIRE, owner);
  }
}
