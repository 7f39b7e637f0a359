import { type DeployFinished, portal } from '@skep/contracts';
import { type Ctx, Database, Outbox, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import type { QueryDeepPartialEntity } from 'typeorm/query-builder/QueryPartialEntity.js';
import type { AppEntity } from '../app/app.entity.js';
import { DeployEntity } from './deploy.entity.js';

type Fields = Partial<Omit<DeployEntity, 'deploy_id' | 'app_id' | 'tenant_id' | 'developer_id'>> & Pick<DeployEntity, 'status'>;
type Ending = Pick<DeployEntity, 'status' | 'error_message'> & { revision?: number };

/** Of the longest texts, as many as fit into one answer. */
const LISTED_MAX = 50;
const UNFINISHED = statement<Pick<DeployEntity, 'deploy_id' | 'tenant_id' | 'developer_id'>>(`
  select distinct on (app_id) deploy_id, tenant_id, developer_id from deploy
   where status = 'pending' order by app_id, created_at desc, deploy_id desc`);
const UNFINISHED_UP_TO = statement<DeployEntity & object>(`
  select deploy.* from deploy join deploy this on this.deploy_id = $1 and this.status = 'pending' and this.app_id = deploy.app_id
   where deploy.status = 'pending' and (deploy.created_at, deploy.deploy_id) <= (this.created_at, this.deploy_id)
   order by deploy.created_at, deploy.deploy_id`);
const FINISH = statement<{ deploy_id: string }>(`
  update deploy set status = $2, error_message = $3, revision = $4, subject = null, deployed_at = now()
   where deploy_id = $1 and status = 'pending' returning deploy_id`);

@Injectable()
export class DeployRepository {
  constructor(
    private readonly db: Database,
    private readonly outbox: Outbox,
  ) {}

  /** An app's newest deploys, newest first. */
  listOf({ app_id }: AppEntity): Promise<DeployEntity[]> {
    return this.db.of(DeployEntity).find({ where: { app_id }, order: { created_at: 'desc', deploy_id: 'desc' }, take: LISTED_MAX });
  }

  /** The newest deploy of each app that has not ended. */
  unfinished() {
    return this.db.rows(UNFINISHED);
  }

  /** A deploy and the app's earlier ones, with what they deploy, oldest first; nothing where the deploy has ended. */
  unfinishedUpTo(deploy_id: string): Promise<DeployEntity[]> {
    return this.db.rows(UNFINISHED_UP_TO, [deploy_id]);
  }

  hasSucceeded({ app_id }: AppEntity): Promise<boolean> {
    return this.db.of(DeployEntity).existsBy({ app_id, status: 'success' });
  }

  /** Records a deploy and, where it has ended, tells of it. Inside a transaction. */
  async add(ctx: Ctx, app: AppEntity, fields: Fields): Promise<DeployEntity> {
    const row = rowOf(app, fields);
    await this.db.of(DeployEntity).insert(row as QueryDeepPartialEntity<DeployEntity>);
    if (fields.status !== 'pending') await this.tell(ctx, { ...row, error_message: fields.error_message ?? '' });
    return this.db.of(DeployEntity).findOneByOrFail({ deploy_id: row.deploy_id });
  }

  /** Records a deploy that was refused. Only the caller is told. */
  async addRefused(app: AppEntity, error_message: string): Promise<void> {
    await this.db.of(DeployEntity).insert(rowOf(app, { status: 'failed', error_message }) as QueryDeepPartialEntity<DeployEntity>);
  }

  /** Ends a deploy and tells of it, once: false where it had ended before. Inside a transaction. */
  async finish(ctx: Ctx, deploy: DeployEntity, { status, error_message, revision }: Ending): Promise<boolean> {
    const finished = await this.db.row(FINISH, [deploy.deploy_id, status, error_message, revision ?? null]);
    if (finished) await this.tell(ctx, { ...deploy, status, error_message });
    return finished !== undefined;
  }

  private tell(ctx: Ctx, { deploy_id, app_id, developer_id, tenant_id, status, error_message }: DeployFinished): Promise<void> {
    return this.outbox.add(portal.deployFinished, ctx, { deploy_id, app_id, developer_id, tenant_id, status, error_message });
  }
}

function rowOf({ app_id, tenant_id, developer_id }: AppEntity, fields: Fields) {
  const deployed_at = fields.status === 'pending' ? null : new Date();
  return { deploy_id: `dep_${randomBytes(10).toString('hex')}`, app_id, tenant_id, developer_id, deployed_at, ...fields };
}
