import type { Page } from '@skep/contracts';
import { Deploy, type DeployFinished, portal } from '@skep/contracts/portal';
import { type Ctx, Database, defineList, Outbox, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import type { AppEntity } from '../app/app.entity.js';
import { DeployEntity } from './deploy.entity.js';

type DeployFields = Partial<Omit<DeployEntity, 'deploy_id' | 'app_id' | 'tenant_id' | 'developer_id'>> & Pick<DeployEntity, 'status'>;
type DeployOutcome = Pick<DeployEntity, 'status' | 'error_message'> & { revision?: number | null };

const DEPLOYS = defineList(
  {
    select: 'deploy_id, app_id, version, status, commit_sha, changelog, error_message, created_at, deployed_at',
    from: 'deploy',
    // With the app, the index deploy_newest.
    orders: {
      newest: [
        ['created_at', 'timestamptz', 'desc'],
        ['deploy_id', 'text', 'desc'],
      ],
    },
    // This many with the longest texts are 8 MB.
    atOnce: 100,
  },
  Deploy,
);
const LIST_UNFINISHED = statement(
  `select distinct on (app_id) deploy_id, tenant_id, developer_id from deploy
    where status = 'pending' order by app_id, created_at desc, deploy_id desc`,
  { deploy_id: 'text', tenant_id: 'text', developer_id: 'text' },
);
const LIST_UNFINISHED_UP_TO = statement(
  `select deploy.* from deploy join deploy this on this.deploy_id = :deploy_id and this.status = 'pending' and this.app_id = deploy.app_id
    where deploy.status = 'pending' and (deploy.created_at, deploy.deploy_id) <= (this.created_at, this.deploy_id)
    order by deploy.created_at, deploy.deploy_id`,
  DeployEntity,
);

/** Reads and writes deploys, and publishes `deployFinished`. */
@Injectable()
export class DeployRepository {
  constructor(
    private readonly db: Database,
    private readonly outbox: Outbox,
  ) {}

  /** An app's deploys, newest first. */
  list({ app_id }: AppEntity, cursor: string | undefined): Promise<Page<Deploy>> {
    return this.db.page(DEPLOYS, { order: 'newest', where: ['app_id = :app_id'], values: { app_id } }, { cursor });
  }

  /** For each app with pending deploys, the newest of them. */
  listUnfinished() {
    return this.db.rows(LIST_UNFINISHED);
  }

  /** A pending deploy and the app's earlier pending ones, oldest first, with `source`. Empty if the deploy has ended. */
  listUnfinishedUpTo(deploy_id: string): Promise<DeployEntity[]> {
    return this.db.rows(LIST_UNFINISHED_UP_TO, { deploy_id });
  }

  hasSucceeded({ app_id }: AppEntity): Promise<boolean> {
    return this.db.repository(DeployEntity).existsBy({ app_id, status: 'success' });
  }

  /** Adds a deploy, and publishes `deployFinished` unless it is pending. Must run in a transaction. */
  async add(ctx: Ctx, app: AppEntity, fields: DeployFields): Promise<DeployEntity> {
    const row = toRow(app, fields);
    await this.db.repository(DeployEntity).insert(row);
    if (fields.status !== 'pending') await this.publishFinished(ctx, { ...row, error_message: fields.error_message ?? '' });
    return this.db.repository(DeployEntity).findOneByOrFail({ deploy_id: row.deploy_id });
  }

  /** Adds a failed deploy of an invalid IR, without an event: the caller gets the error. */
  async addInvalid(app: AppEntity, error_message: string): Promise<void> {
    await this.db.repository(DeployEntity).insert(toRow(app, { status: 'failed', error_message }));
  }

  /** Ends a pending deploy and publishes `deployFinished`. False if it had already ended. Must run in a transaction. */
  async finish(ctx: Ctx, deploy: DeployEntity, { status, error_message, revision = null }: DeployOutcome): Promise<boolean> {
    const where = { deploy_id: deploy.deploy_id, status: 'pending' as const };
    const outcome = { status, error_message, revision, source: null, deployed_at: new Date() };
    const { affected } = await this.db.repository(DeployEntity).update(where, outcome);
    if (affected) await this.publishFinished(ctx, { ...deploy, status, error_message });
    return affected === 1;
  }

  /** Deletes the app's deploys. */
  async deleteOf({ app_id }: AppEntity): Promise<void> {
    await this.db.repository(DeployEntity).delete({ app_id });
  }

  private publishFinished(ctx: Ctx, { deploy_id, app_id, developer_id, tenant_id, status, error_message }: DeployFinished): Promise<void> {
    return this.outbox.add(portal.deployFinished, ctx, { deploy_id, app_id, developer_id, tenant_id, status, error_message });
  }
}

function toRow({ app_id, tenant_id, developer_id }: AppEntity, fields: DeployFields) {
  const deployed_at = fields.status === 'pending' ? null : new Date();
  return { deploy_id: `dep_${randomBytes(10).toString('hex')}`, app_id, tenant_id, developer_id, deployed_at, ...fields };
}
