import type { TierAssignment } from '@skep/contracts/billing';
import { DeveloperNotFound, NotADeveloper } from '@skep/contracts/portal';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { LessThan } from 'typeorm';
import type { AppEntity } from '../app/app.entity.js';
import { AppRepository } from '../app/app.repository.js';
import { DeveloperEntity } from './developer.entity.js';
import { withCurrentTier, termsOf } from './tiers.js';

/** Reads and writes developers. Reads return the tier that is valid now, except where noted. */
@Injectable()
export class DeveloperRepository {
  constructor(
    private readonly db: Database,
    private readonly apps: AppRepository,
  ) {}

  async find({ tenant, user }: Pick<Ctx, 'tenant' | 'user'>): Promise<DeveloperEntity | null> {
    const developer = await this.db.repository(DeveloperEntity).findOneBy({ tenant_id: tenant, developer_id: user });
    return developer && withCurrentTier(developer);
  }

  /** The caller as a developer. @throws NotADeveloper */
  async getCaller(ctx: Ctx): Promise<DeveloperEntity> {
    const developer = await this.find(ctx);
    if (!developer) throw NotADeveloper();
    return developer;
  }

  /** A developer of any tenant, with the stored tier. The caller must be authorized already. @throws DeveloperNotFound */
  async getById(developer_id: string): Promise<DeveloperEntity> {
    const developer = await this.db.repository(DeveloperEntity).findOneBy({ developer_id });
    if (!developer) throw DeveloperNotFound();
    return developer;
  }

  /** The share of an app's developer of the base price, in percent. */
  async getSplit({ tenant_id, developer_id }: Pick<AppEntity, 'tenant_id' | 'developer_id'>): Promise<number> {
    const developer = await this.find({ tenant: tenant_id, user: developer_id });
    return termsOf(developer?.tier ?? '').split;
  }

  /** Locks the caller's row until the transaction ends, so that their requests count and add apps one by one. @throws NotADeveloper */
  async lockCaller({ tenant, user }: Ctx): Promise<DeveloperEntity> {
    const where = { tenant_id: tenant, developer_id: user };
    const developer = await this.db.repository(DeveloperEntity).findOne({ where, lock: { mode: 'pessimistic_write' } });
    if (!developer) throw NotADeveloper();
    return withCurrentTier(developer);
  }

  /** False if the user is a developer already or the nickname is taken. */
  async add(
    developer: Pick<DeveloperEntity, 'tenant_id' | 'developer_id' | 'email' | 'nickname' | 'display_name' | 'website' | 'description'>,
  ) {
    const added = await this.db
      .repository(DeveloperEntity)
      .createQueryBuilder()
      .insert()
      .values(developer)
      .orIgnore()
      .returning('nickname')
      .execute();
    return (added.raw as unknown[]).length > 0;
  }

  hasNickname(nickname: string): Promise<boolean> {
    return this.db.repository(DeveloperEntity).existsBy({ nickname });
  }

  /** Stores the tier that billing reports, unless a newer report is known. */
  async applyTier({ tenant_id, developer_id, tier, tier_until, comped_by, tier_sequence }: TierAssignment): Promise<void> {
    const where = { tenant_id, developer_id, tier_sequence: LessThan(tier_sequence) };
    await this.db.repository(DeveloperEntity).update(where, { tier, tier_until, comped_by, tier_sequence });
  }

  async saveEarnings({ tenant, user }: Ctx, total_earnings: number): Promise<void> {
    await this.db.repository(DeveloperEntity).update({ tenant_id: tenant, developer_id: user }, { total_earnings });
  }

  /** The caller's profile, with the earnings that billing last reported. @throws NotADeveloper */
  async getProfile(ctx: Ctx) {
    const developer = await this.getCaller(ctx);
    const apps_count = await this.apps.countTowardsCap(ctx);
    return { ...developer, email: ctx.email || developer.email, imperal_id: developer.developer_id, apps_count };
  }
}
