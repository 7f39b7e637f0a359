import { InvalidInput } from '@skep/contracts';
import { portal, type RecordDeploy as Input } from '@skep/contracts/portal';
import { type Ctx, Database, Outbox } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { AppRepository } from '../app/app.repository.js';
import { DeployEntity } from './deploy.entity.js';
import { DeployRepository } from './deploy.repository.js';
import { toDeploySource } from './releases.js';

/** Requests a deploy of the app's current IR or manifest. With `commit_sha`, records a deploy that ended elsewhere. */
@Injectable()
export class RecordDeploy {
  constructor(
    private readonly db: Database,
    private readonly apps: AppRepository,
    private readonly deploys: DeployRepository,
    private readonly outbox: Outbox,
  ) {}

  /** @throws InvalidInput, DeveloperAppNotFound */
  run(ctx: Ctx, { app_id, version, changelog, commit_sha, status, error_message, source: remote }: Input): Promise<DeployEntity> {
    if (!version && !commit_sha)
      throw InvalidInput(['version', 'commit_sha'].map((name) => ({ loc: [name], msg: 'Set version or commit_sha', type: 'missing' })));
    if (remote && (!version || commit_sha))
      throw InvalidInput([{ loc: ['source'], msg: 'Set version, and not commit_sha, to deploy from a source', type: 'source' }]);
    return this.db.transaction(async () => {
      const app = await this.apps.getOwn(ctx, app_id);
      if (commit_sha)
        return this.deploys.add(ctx, app, { version, changelog, commit_sha, status: status as DeployEntity['status'], error_message });
      const source = { ...toDeploySource(app, await this.apps.getIr(app)), ...(remote && { remote }) };
      const deploy = await this.deploys.add(ctx, app, { version, changelog, status: 'pending', source });
      await this.outbox.add(portal.deployRequested, ctx, { deploy_id: deploy.deploy_id, app_id });
      return deploy;
    });
  }
}
