import type { AppRef, ListCursor } from '@skep/contracts';
import {
  type CreateApp as CreateInput,
  type DeleteApp,
  type DeployIr as DeployIrInput,
  portal,
  type SyncManifest as ManifestInput,
  type UpdateApp as UpdateInput,
  type ValidateApp as ValidateInput,
} from '@skep/contracts/portal';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { AppRepository } from '../app/app.repository.js';
import { CreateApp } from './create-app.js';
import { DeployIr } from './deploy-ir.js';
import { GetApp } from './get-app.js';
import { Releases } from '../deploy/releases.js';
import { RetireApp } from './retire-app.js';
import { SyncManifest } from './sync-manifest.js';
import { UpdateApp } from './update-app.js';

@Handlers()
export class AppLifecycleHandlers {
  constructor(
    private readonly apps: AppRepository,
    private readonly get: GetApp,
    private readonly create: CreateApp,
    private readonly update: UpdateApp,
    private readonly sync: SyncManifest,
    private readonly deploy: DeployIr,
    private readonly retire: RetireApp,
    private readonly releases: Releases,
  ) {}

  @Handle(portal.createApp)
  createApp(ctx: Ctx, input: CreateInput) {
    return this.create.run(ctx, input);
  }

  @Handle(portal.listApps)
  listApps(ctx: Ctx, { cursor }: ListCursor) {
    return this.apps.list(ctx, cursor);
  }

  @Handle(portal.getApp)
  getApp(ctx: Ctx, { app_id }: AppRef) {
    return this.get.run(ctx, app_id);
  }

  @Handle(portal.updateApp)
  updateApp(ctx: Ctx, input: UpdateInput) {
    return this.update.run(ctx, input);
  }

  @Handle(portal.validateApp)
  async validateApp(ctx: Ctx, { app_id, ir_dict, manifest_json }: ValidateInput) {
    const app = await this.apps.findOwn(ctx, app_id);
    return this.releases.validate(ctx, app ?? { app_id }, ir_dict, manifest_json);
  }

  @Handle(portal.deployIr)
  deployIr(ctx: Ctx, input: DeployIrInput) {
    return this.deploy.run(ctx, input);
  }

  @Handle(portal.suspendApp)
  suspendApp(ctx: Ctx, { app_id }: AppRef) {
    return this.retire.suspend(ctx, app_id);
  }

  @Handle(portal.deleteApp)
  deleteApp(ctx: Ctx, input: DeleteApp) {
    return this.retire.delete(ctx, input);
  }

  @Handle(portal.syncManifest)
  syncManifest(ctx: Ctx, input: ManifestInput) {
    return this.sync.run(ctx, input);
  }
}
