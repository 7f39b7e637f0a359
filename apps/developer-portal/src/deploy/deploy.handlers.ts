import { type AppRef, type DeployIr, type DeployRequested, portal, type RecordDeploy } from '@skep/contracts';
import { type Ctx, Handle, Handlers, OnEvent } from '@skep/platform';
import { AppRepository } from '../app/app.repository.js';
import { DeployIrStory } from './deploy-ir.js';
import { DeployRepository } from './deploy.repository.js';
import { RecordDeployStory } from './record-deploy.js';
import { RunDeploy } from './run-deploy.js';

@Handlers()
export class DeployHandlers {
  constructor(
    private readonly apps: AppRepository,
    private readonly deploys: DeployRepository,
    private readonly deployOfIr: DeployIrStory,
    private readonly record: RecordDeployStory,
    private readonly pipeline: RunDeploy,
  ) {}

  @Handle(portal.deployIr)
  deployIr(ctx: Ctx, input: DeployIr) {
    return this.deployOfIr.run(ctx, input);
  }

  @Handle(portal.recordDeploy)
  recordDeploy(ctx: Ctx, input: RecordDeploy) {
    return this.record.run(ctx, input);
  }

  @Handle(portal.listDeploys)
  async listDeploys(ctx: Ctx, { app_id }: AppRef) {
    return this.deploys.listOf(await this.apps.own(ctx, app_id));
  }

  @OnEvent(portal.deployRequested, { idempotent: true })
  deployRequested(ctx: Ctx, { deploy_id }: DeployRequested) {
    return this.pipeline.run(ctx, deploy_id);
  }
}
