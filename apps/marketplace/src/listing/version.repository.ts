import type { Page } from '@skep/contracts';
import { AppVersion, VersionNotFound } from '@skep/contracts/marketplace';
import type { AppApproved } from '@skep/contracts/portal';
import { Database, defineList, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { LessThan } from 'typeorm';
import { ListingVersionEntity } from './listing-version.entity.js';

/** An approval of the same release again, such as one that is republished, changes nothing. */
const ADD = statement(`
  insert into listing_version (app_id, revision, version, functions, permissions, approved_at)
  select :app_id, :revision, :version, :functions, :permissions, :approved_at from listing where app_id = :app_id
  on conflict (app_id, revision) do nothing`);
const VERSIONS = defineList(
  {
    select: 'revision, version, approved_at, jsonb_array_length(functions) as function_count',
    from: 'listing_version',
    // With the app, the primary key.
    orders: { newest: [['revision', 'integer', 'desc']] },
    // The functions of a version can be a megabyte.
    atOnce: 100,
  },
  AppVersion,
);

@Injectable()
export class VersionRepository {
  constructor(private readonly db: Database) {}

  /** The app must be listed already. */
  async add(app: AppApproved): Promise<void> {
    await this.db.rows(ADD, { ...app, functions: JSON.stringify(app.functions) });
  }

  /** The app's versions, newest first. */
  list(app_id: string, cursor: string | undefined): Promise<Page<AppVersion>> {
    return this.db.page(VERSIONS, { order: 'newest', where: ['app_id = :app_id'], values: { app_id } }, { cursor });
  }

  /** @throws VersionNotFound */
  async get(app_id: string, revision: number): Promise<ListingVersionEntity> {
    const found = await this.db.repository(ListingVersionEntity).findOneBy({ app_id, revision });
    if (!found) throw VersionNotFound();
    return found;
  }

  /** The version approved before this one; null for the first. */
  findBefore({ app_id, revision }: ListingVersionEntity): Promise<ListingVersionEntity | null> {
    const where = { app_id, revision: LessThan(revision) };
    return this.db.repository(ListingVersionEntity).findOne({ where, order: { revision: 'desc' } });
  }
}
