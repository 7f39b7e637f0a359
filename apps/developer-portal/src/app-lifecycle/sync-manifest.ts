import { Forbidden, InvalidInput, svgIconFault } from '@skep/contracts';
import type { ManifestSynced, SyncManifest as Input } from '@skep/contracts/portal';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { AppEntity } from '../app/app.entity.js';
import { AppRepository, isServiceWithoutUser } from '../app/app.repository.js';
import { findAppManifestFaults, functionsOf } from '../app/manifest.js';

/** Stores an app's manifest, icon and system flag, as the deploy tooling sends them. They take effect with the next deploy and approval. */
@Injectable()
export class SyncManifest {
  constructor(
    private readonly db: Database,
    private readonly apps: AppRepository,
  ) {}

  /** @throws Forbidden, DeveloperAppNotFound, InvalidInput */
  run(ctx: Ctx, { app_id, icon_svg, manifest_json, system }: Input): Promise<ManifestSynced> {
    if (!ctx.actor.startsWith('service:')) throw Forbidden('Only the deploy tooling (a service token) can sync a manifest.');
    if (system !== undefined && !isServiceWithoutUser(ctx)) throw Forbidden('Only a service without an acting user can set system.');
    return this.db.transaction(async () => {
      const app = await this.apps.getAccessible(ctx, app_id, { lock: true });
      const icon = icon_svg === undefined ? undefined : svgIconFault(icon_svg);
      const faults = [
        ...(icon ? [{ loc: ['icon_svg'], msg: icon, type: 'svg' }] : []),
        ...(manifest_json
          ? findAppManifestFaults(manifest_json, app_id, system ?? app.system).map((fault) => ({
              ...fault,
              loc: ['manifest_json', ...fault.loc],
            }))
          : []),
      ];
      if (faults.length) throw InvalidInput(faults);
      const changes: Partial<AppEntity> = {
        ...(icon_svg !== undefined && { icon_svg }),
        ...(manifest_json && { manifest_json }),
        ...(Array.isArray(manifest_json?.['tools']) && { tools_json: functionsOf(manifest_json) }),
        ...(system !== undefined && { system }),
      };
      const updated = Object.keys(changes);
      if (updated.length) await this.apps.update(app, changes);
      return { app_id, updated };
    });
  }
}
