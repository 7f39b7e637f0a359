import { type CacheEnvelope, CacheEntryNotFound, CacheEntryTooLarge } from '@skep/contracts/kernel';
import { as, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { CacheEntryEntity } from './cache-entry.entity.js';

type EntryKey = Pick<CacheEntryEntity, 'tenant_id' | 'user_id' | 'app_id' | 'model' | 'key'>;

const ENTRY_BYTES_MAX = 64 * 1024;

const GET = statement(
  `select envelope from cache_entry
    where tenant_id = :tenant_id and user_id = :user_id and app_id = :app_id and model = :model and key = :key and expires_at > now()`,
  { envelope: as<CacheEnvelope>('jsonb') },
);
const STORE = statement(
  `insert into cache_entry (tenant_id, user_id, app_id, model, key, envelope, expires_at)
   values (:tenant_id, :user_id, :app_id, :model, :key, :envelope, now() + make_interval(secs => :ttl_seconds))
   on conflict (tenant_id, user_id, app_id, model, key) do update set envelope = excluded.envelope, expires_at = excluded.expires_at
   returning expires_at`,
  { expires_at: 'timestamptz' },
);

@Injectable()
export class CacheRepository {
  constructor(private readonly db: Database) {}

  /** @throws Problem `cache_entry_not_found` if there is none or it has expired */
  async get(key: EntryKey): Promise<CacheEnvelope> {
    const entry = await this.db.row(GET, key);
    if (!entry) throw CacheEntryNotFound();
    return entry.envelope;
  }

  /** @throws Problem `cache_entry_too_large` */
  async store(key: EntryKey, value: CacheEnvelope, ttl_seconds: number): Promise<{ expires_at: Date }> {
    const envelope = JSON.stringify(value);
    if (Buffer.byteLength(envelope) > ENTRY_BYTES_MAX) throw CacheEntryTooLarge();
    return (await this.db.row(STORE, { ...key, envelope, ttl_seconds }))!;
  }

  /** Idempotent. */
  async delete({ tenant_id, user_id, app_id, model, key }: EntryKey): Promise<void> {
    await this.db.repository(CacheEntryEntity).delete({ tenant_id, user_id, app_id, model, key });
  }
}
