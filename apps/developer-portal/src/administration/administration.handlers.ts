import {
  type ListAllApps,
  portal,
  type PurgeApp as PurgeInput,
  type SetAppMetadata as MetadataInput,
  type SetAppStatus as StatusInput,
} from '@skep/contracts/portal';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { AllApps } from './all-apps.js';
import { PurgeApp } from './purge-app.js';
import { SetAppMetadata } from './set-app-metadata.js';
import { SetAppStatus } from './set-app-status.js';

@Handlers()
export class AdministrationHandlers {
  constructor(
    private readonly all: AllApps,
    private readonly status: SetAppStatus,
    private readonly metadata: SetAppMetadata,
    private readonly purge: PurgeApp,
  ) {}

  @Handle(portal.listAllApps)
  listAllApps(ctx: Ctx, input: ListAllApps) {
    return this.all.list(ctx, input);
  }

  @Handle(portal.setAppStatus)
  setAppStatus(ctx: Ctx, input: StatusInput) {
    return this.status.run(ctx, input);
  }

  @Handle(portal.setAppMetadata)
  setAppMetadata(ctx: Ctx, input: MetadataInput) {
    return this.metadata.run(ctx, input);
  }

  @Handle(portal.purgeApp)
  purgeApp(ctx: Ctx, input: PurgeInput) {
    return this.purge.run(ctx, input);
  }
}
