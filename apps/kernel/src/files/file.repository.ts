import type { StoredFile } from '@skep/contracts';
import { FileNotFound } from '@skep/contracts/kernel';
import { COUNTED_MAX, Database, OwnedObjects, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { quotaExceeded } from '../store/quota-exceeded.js';
import { AppFileEntity } from './app-file.entity.js';

/** One app in one tenant, for itself (`user_id` is '') or for a user. */
export type FileOwner = Pick<AppFileEntity, 'tenant_id' | 'app_id' | 'user_id'>;

const OWN = 'tenant_id = :tenant_id and app_id = :app_id and user_id = :user_id';
/** The storage of an app itself is counted like that of a user with this id. */
const PAYER = `case when :user_id = '' then 'app:' || :app_id else :user_id end`;
/** The range of paths that begin with a text: U+10FFFF comes after every other character. */
const WITH_PREFIX = `path >= :prefix and path < :prefix || chr(1114111)`;

const LOCK_STORAGE = statement(`select lock_storage(:tenant_id, ${PAYER})`, { lock_storage: 'int8?' });
const FIND = statement(`select * from app_file where ${OWN} and path = :path`, AppFileEntity);
const RESERVE = statement(`select fits, used from reserve_storage(:tenant_id, ${PAYER}, :app_id, :bytes, :quota)`, {
  fits: 'bool',
  used: 'int8?',
});
const SAVE = statement(
  `insert into app_file (tenant_id, app_id, user_id, path, object_id, size, sha256, media_type)
   values (:tenant_id, :app_id, :user_id, :path, :object_id, :size, :sha256, :media_type)
   on conflict (tenant_id, app_id, user_id, path) do update set
     object_id = excluded.object_id, size = excluded.size, sha256 = excluded.sha256, media_type = excluded.media_type, created_at = now()
   returning *`,
  AppFileEntity,
);
const DELETE = statement(`delete from app_file where ${OWN} and path = :path returning *`, AppFileEntity);
const LIST = statement(
  `select * from app_file where ${OWN} and ${WITH_PREFIX} and path > :after order by path limit :limit`,
  AppFileEntity,
);
const COUNT = statement(
  `select count(*)::int as total from (select from app_file where ${OWN} and ${WITH_PREFIX} limit ${COUNTED_MAX}) counted`,
  { total: 'int4' },
);

/** The files of apps. Each is the row that names its object: both are kept, replaced and removed together. */
@Injectable()
export class FileRepository {
  constructor(
    private readonly db: Database,
    private readonly objects: OwnedObjects,
  ) {}

  /**
   * Stores a file, in place of one with the same path.
   * @param quota bytes that the owner may use; negative for no limit
   * @throws Problem `storage_quota_exceeded`; `conflict` if the content was removed
   */
  save(owner: FileOwner, path: string, { object_id, size, sha256, media_type }: StoredFile, quota: number): Promise<AppFileEntity> {
    const key = { ...owner, path };
    return this.db.transaction(async () => {
      // Writes of one owner wait for each other here, so that none misses what another replaces.
      await this.db.rows(LOCK_STORAGE, owner);
      const replaced = await this.db.row(FIND, key);
      const reserved = await this.db.row(RESERVE, { ...owner, bytes: size - (replaced?.size ?? 0), quota });
      if (!reserved?.fits) throw quotaExceeded(reserved?.used ?? null, quota);
      await this.objects.keep({ tenant: owner.tenant_id, user: owner.user_id }, { object_id, size });
      if (replaced) await this.objects.discard(replaced.object_id);
      return (await this.db.row(SAVE, { ...key, object_id, size, sha256, media_type }))!;
    });
  }

  /** @throws Problem `file_not_found` */
  async find(owner: FileOwner, path: string): Promise<AppFileEntity> {
    const file = await this.db.row(FIND, { ...owner, path });
    if (!file) throw FileNotFound();
    return file;
  }

  /** @throws Problem `file_not_found` */
  delete(owner: FileOwner, path: string): Promise<void> {
    return this.db.transaction(async () => {
      await this.db.rows(LOCK_STORAGE, owner);
      const deleted = await this.db.row(DELETE, { ...owner, path });
      if (!deleted) throw FileNotFound();
      await this.db.rows(RESERVE, { ...owner, bytes: -deleted.size, quota: -1 });
      await this.objects.discard(deleted.object_id);
    });
  }

  /** Files whose path begins with a text, ordered by path. @param after the path after which the page begins */
  list(owner: FileOwner, prefix: string, after: string, limit: number): Promise<AppFileEntity[]> {
    return this.db.rows(LIST, { ...owner, prefix, after, limit });
  }

  /** How many there are, at most 10,000. */
  async count(owner: FileOwner, prefix: string): Promise<number> {
    return (await this.db.row(COUNT, { ...owner, prefix }))!.total;
  }
}
