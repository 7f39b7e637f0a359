import { type DeployRequested, type ListDeploys, portal, type RecordDeploy as RecordInput } from '@skep/contracts/portal';
import { type Ctx, Handle, Handlers, OnEvent } from '@skep/platform';
import { AppRepository } from '../app/app.repository.js';
import { DeployRepository } from './deploy.repository.js';
import { RecordDeploy } from './record-deploy.js';
import { RunDeploy } from './run-deploy.js';

@Handlers()
export class DeployHandlers {
  constructor(
    private readonly apps: AppRepository,
    private readonly deploys: DeployRepository,
    private readonly record: RecordDeploy,
    private readonly runner: RunDeploy,
  ) {}

  @Handle(portal.recordDeploy)
  recordDeploy(ctx: Ctx, input: RecordInput) {
    return this.record.run(ctx, input);
  }

  @Handle(portal.listDeploys)
  async listDeploys(ctx: Ctx, { app_id, cursor }: ListDeploys) {
    return this.deploys.list(await this.apps.getOwn(ctx, app_id), cursor);
  }

  @OnEvent(portal.deployRequested, { idempotent: true })
  deployRequested(ctx: Ctx, { deploy_id }: DeployRequested) {
    return this.runner.run(ctx, deploy_id);
  }
}
