import { InvalidInput, portal, type RecordDeploy } from '@skep/contracts';
import { type Ctx, Database, Outbox } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { AppRepository } from '../app/app.repository.js';
import { DeployEntity } from './deploy.entity.js';
import { DeployRepository } from './deploy.repository.js';
import { subjectOf } from './releases.js';

/** Starts a deploy of what the app holds now; with `commit_sha`, records one that has ended elsewhere. */
@Injectable()
export class RecordDeployStory {
  constructor(
    private readonly db: Database,
    private readonly apps: AppRepository,
    private readonly deploys: DeployRepository,
    private readonly outbox: Outbox,
  ) {}

  run(ctx: Ctx, { app_id, version, changelog, commit_sha, status, error_message }: RecordDeploy): Promise<DeployEntity> {
    if (!version && !commit_sha)
      throw InvalidInput(
        ['version', 'commit_sha'].map((name) => ({ loc: [name], msg: 'Give a version or a commit_sha', type: 'missing' })),
      );
    return this.db.transaction(async () => {
      const app = await this.apps.own(ctx, app_id);
      if (commit_sha)
        return this.deploys.add(ctx, app, { version, changelog, commit_sha, status: status as DeployEntity['status'], error_message });
      const subject = subjectOf(app, await this.apps.irOf(app));
      const deploy = await this.deploys.add(ctx, app, { version, changelog, status: 'pending', subject });
      await this.outbox.add(portal.deployRequested, ctx, { deploy_id: deploy.deploy_id, app_id });
      return deploy;
    });
  }
}
