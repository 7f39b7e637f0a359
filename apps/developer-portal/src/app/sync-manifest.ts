import { type Fault, Forbidden, InvalidInput, type ManifestSynced, svgIconFault, type SyncManifest } from '@skep/contracts';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { AppEntity } from './app.entity.js';
import { AppRepository, isPureService } from './app.repository.js';
import { functionsOf, type Manifest, manifestFaults } from './manifest.js';

/** Stores what the deploy tooling tells of an app. What is listed, and what runs, changes with the next deploy and approval. */
@Injectable()
export class SyncManifestStory {
  constructor(
    private readonly db: Database,
    private readonly apps: AppRepository,
  ) {}

  run(ctx: Ctx, { app_id, icon_svg, manifest_json, system }: SyncManifest): Promise<ManifestSynced> {
    if (!ctx.actor.startsWith('service:')) throw Forbidden('Only the deploy tooling may do this.');
    if (system !== undefined && !isPureService(ctx)) throw Forbidden('Nobody makes an app of their own part of the system.');
    return this.db.transaction(async () => {
      const app = await this.apps.reach(ctx, app_id, { lock: true });
      const icon = icon_svg === undefined ? undefined : svgIconFault(icon_svg);
      const faults = [
        ...(icon ? [{ loc: ['icon_svg'], msg: icon, type: 'svg' }] : []),
        ...(manifest_json ? faultsOf(manifest_json, app, system ?? app.system) : []),
      ];
      if (faults.length) throw InvalidInput(faults);
      const changes: Partial<AppEntity> = {
        ...(icon_svg !== undefined && { icon_svg }),
        ...(manifest_json && { manifest_json }),
        ...(Array.isArray(manifest_json?.['tools']) && { tools_json: functionsOf(manifest_json) }),
        ...(system !== undefined && { system }),
      };
      const updated = Object.keys(changes);
      if (updated.length) await this.apps.change(app, changes);
      return { app_id, updated };
    });
  }
}

function faultsOf(manifest: Manifest, { app_id }: AppEntity, system: boolean): Fault[] {
  const faults = manifestFaults(manifest, app_id);
  if (manifest['system'] === true && !system) faults.push({ loc: ['system'], msg: 'This app is not part of the system', type: 'system' });
  return faults.map((fault) => ({ ...fault, loc: ['manifest_json', ...fault.loc] }));
}
