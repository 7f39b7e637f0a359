import { SkeletonNotFound, SkeletonSection } from '@skep/contracts/kernel';
import { Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { SkeletonSectionEntity } from './skeleton-section.entity.js';

type SectionKey = Pick<SkeletonSectionEntity, 'tenant_id' | 'user_id' | 'app_id' | 'section'>;

const COLUMNS = 'user_id, app_id as extension_id, section, data, updated_at';
const GET = statement(
  `select ${COLUMNS} from skeleton_section where tenant_id = :tenant_id and user_id = :user_id and app_id = :app_id and section = :section`,
  SkeletonSection,
);
const SAVE = statement(
  `insert into skeleton_section (tenant_id, user_id, app_id, section, data, updated_at)
   values (:tenant_id, :user_id, :app_id, :section, :data, now())
   on conflict (tenant_id, user_id, app_id, section) do update set data = excluded.data, updated_at = excluded.updated_at
   returning ${COLUMNS}`,
  SkeletonSection,
);

@Injectable()
export class SkeletonRepository {
  constructor(private readonly db: Database) {}

  /** @throws Problem `skeleton_section_not_found` */
  async get(key: SectionKey): Promise<SkeletonSection> {
    const section = await this.db.row(GET, key);
    if (!section) throw SkeletonNotFound();
    return section;
  }

  async save(key: SectionKey, data: object): Promise<SkeletonSection> {
    return (await this.db.row(SAVE, { ...key, data: JSON.stringify(data) }))!;
  }
}
