import { DeveloperAppNotFound } from '@skep/contracts';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { type FindOptionsWhere, In, IsNull, Not } from 'typeorm';
import type { QueryDeepPartialEntity } from 'typeorm/query-builder/QueryPartialEntity.js';
import { DeployEntity } from '../deploy/deploy.entity.js';
import { SubmissionEntity } from '../submission/submission.entity.js';
import { AppEntity } from './app.entity.js';
import { COUNTED } from './app-status.js';

/** A service that acts for nobody: deploy tooling, another service. */
export const isPureService = ({ actor, user }: Ctx): boolean => actor.startsWith('service:') && !user;

/** A deleted app keeps its row, so that its id stays taken, and nobody finds it. */
const KEPT = { status: Not('deleted' as const) };

@Injectable()
export class AppRepository {
  constructor(private readonly db: Database) {}

  /** An app of the caller. Locked, nobody else changes it before the present transaction ends. @throws NoSuchApp */
  own({ tenant, user }: Ctx, app_id: string, { lock = false } = {}): Promise<AppEntity> {
    return this.one({ app_id, tenant_id: tenant, developer_id: user }, lock);
  }

  /** As `own`, for one who says in other words that there is none. */
  find({ tenant, user }: Ctx, app_id: string): Promise<AppEntity | null> {
    return this.db.of(AppEntity).findOneBy({ app_id, tenant_id: tenant, developer_id: user, ...KEPT });
  }

  /** As `own`, but a service that acts for nobody reaches every app. @throws NoSuchApp */
  reach(ctx: Ctx, app_id: string, { lock = false } = {}): Promise<AppEntity> {
    return isPureService(ctx) ? this.any(app_id, { lock }) : this.own(ctx, app_id, { lock });
  }

  /** Any app, for one who was allowed otherwise. @throws NoSuchApp */
  any(app_id: string, { lock = false }: { lock?: boolean } = {}): Promise<AppEntity> {
    return this.one({ app_id }, lock);
  }

  /** Any app's record, also a deleted one's: people may still have it installed. */
  record(app_id: string): Promise<AppEntity | null> {
    return this.db.of(AppEntity).findOneBy({ app_id });
  }

  /** The IR that an app holds. Kept out of the other reads because of its size. */
  async irOf({ app_id }: AppEntity): Promise<Record<string, unknown> | null> {
    const app = await this.db.of(AppEntity).findOne({ where: { app_id }, select: { app_id: true, ir: true } });
    return app?.ir ?? null;
  }

  /** The icon that was uploaded, as `irOf`. */
  async iconOf({ app_id }: AppEntity): Promise<string | null> {
    const app = await this.db.of(AppEntity).findOne({ where: { app_id }, select: { app_id: true, icon_svg: true } });
    return app?.icon_svg ?? null;
  }

  /** The caller's apps, oldest first; without manifests, so that the list stays small. */
  async listOf({ tenant, user }: Ctx): Promise<AppEntity[]> {
    const apps = await this.db
      .of(AppEntity)
      .find({ where: { tenant_id: tenant, developer_id: user, ...KEPT }, order: { created_at: 'asc', app_id: 'asc' } });
    for (const app of apps) app.manifest_json = {};
    return apps;
  }

  /** The apps that users run. */
  async liveIds(): Promise<string[]> {
    const live = await this.db
      .of(AppEntity)
      .find({ where: { approved_revision: Not(IsNull()), ...KEPT }, select: { app_id: true }, order: { app_id: 'asc' } });
    return live.map(({ app_id }) => app_id);
  }

  exists(app_id: string): Promise<boolean> {
    return this.db.of(AppEntity).existsBy({ app_id });
  }

  /** How many of a developer's apps their tier's cap counts. */
  countOf({ tenant, user }: Ctx): Promise<number> {
    return this.db.of(AppEntity).countBy({ tenant_id: tenant, developer_id: user, status: In(COUNTED) });
  }

  /** False where the id is taken, by whomever. */
  async add(app: Partial<AppEntity>): Promise<boolean> {
    const values = app as QueryDeepPartialEntity<AppEntity>;
    const added = await this.db.of(AppEntity).createQueryBuilder().insert().values(values).orIgnore().returning('app_id').execute();
    return (added.raw as unknown[]).length > 0;
  }

  /** Writes these fields, in the row and in the object. */
  async change(app: AppEntity, fields: Partial<AppEntity>): Promise<AppEntity> {
    const changes = { ...fields, updated_at: new Date() };
    await this.db.of(AppEntity).update({ app_id: app.app_id }, changes as QueryDeepPartialEntity<AppEntity>);
    return Object.assign(app, changes);
  }

  /** Takes an app that was never approved out of the records: its id is free again. */
  async remove({ app_id }: AppEntity): Promise<void> {
    for (const of of [SubmissionEntity, DeployEntity, AppEntity]) await this.db.of<{ app_id: string }>(of).delete({ app_id });
  }

  private async one(where: FindOptionsWhere<AppEntity>, lock = false): Promise<AppEntity> {
    const app = await this.db
      .of(AppEntity)
      .findOne({ where: { ...where, ...KEPT }, ...(lock && { lock: { mode: 'pessimistic_write' as const } }) });
    if (!app) throw DeveloperAppNotFound();
    return app;
  }
}
