import { Conflict } from '@skep/contracts';
import { type ExportRelease as Input, RELEASE_FORMAT, type ReleaseFile } from '@skep/contracts/portal';
import { registry } from '@skep/contracts/registry';
import { Bus, type Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { AppRepository } from '../app/app.repository.js';
import { ReleaseKeys } from './release-keys.js';
import { signRelease } from './signature.js';

/** Makes a signed file of a release of the caller. */
@Injectable()
export class ExportRelease {
  constructor(
    private readonly apps: AppRepository,
    private readonly keys: ReleaseKeys,
    private readonly bus: Bus,
  ) {}

  /** @throws DeveloperAppNotFound; NotFound for a revision that does not exist; Conflict if there is no release, or it has no IR */
  async run(ctx: Ctx, { app_id, revision: wanted }: Input): Promise<ReleaseFile> {
    const app = await this.apps.getOwn(ctx, app_id);
    const revision = wanted ?? app.revision;
    if (!revision) throw Conflict(`App '${app_id}' has no release. Deploy it first.`);
    const { version, ir, manifest } = await this.bus.call(registry.getRelease, { ...ctx, idempotencyKey: undefined }, { app_id, revision });
    if (!ir) throw Conflict(`Revision ${revision} of app '${app_id}' has no IR, so no installation can run it.`);
    const { name, short_description, description, category, icon } = app;
    const content = {
      format: RELEASE_FORMAT,
      release: { app_id, version, revision, name, short_description, description, category, icon, ir, manifest },
    };
    const { public_key, private_key } = await this.keys.get();
    return { ...content, public_key, signature: signRelease(content, private_key) };
  }
}
