import type { SyncTools as Input, ToolsSynced } from '@skep/contracts/portal';
import { commitWithAnswer, type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { ReleaseManifest } from '../deploy/release-manifest.js';
import { completed } from './register-app.js';
import { RegisteredAppRepository } from './registered-app.repository.js';
import { describeTools, toManifestSections, toManifestTools } from './tools.js';

/** Replaces the tools and sections of an app's manifest, and releases it. */
@Injectable()
export class SyncTools {
  constructor(
    private readonly db: Database,
    private readonly registered: RegisteredAppRepository,
    private readonly releases: ReleaseManifest,
  ) {}

  /** @throws DeveloperAppNotFound, InvalidInput; Conflict for an app with an IR */
  async run(ctx: Ctx, { app_id, tools, skeleton_sections, version }: Input): Promise<ToolsSynced> {
    const app = await this.registered.getKept(ctx, app_id);
    const manifest = completed(app, {
      ...app.manifest_json,
      ...(version && { version }),
      ...(tools && { tools: toManifestTools(tools) }),
      ...(skeleton_sections && { skeleton_sections: toManifestSections(skeleton_sections) }),
    });
    const released = await this.releases.publish(ctx, app, manifest, []);
    return commitWithAnswer(this.db, async () => {
      const locked = await this.registered.getKept(ctx, app_id, { lock: true });
      await this.releases.save(ctx, locked, released);
      const synced = describeTools({ ...locked, version: released.draft.version, manifest_json: manifest });
      const tools_count = synced.tools.length;
      return {
        ...{ app_id, version: synced.version, tools_registered: tools_count, tools_count, status: 'registered' },
        skeleton_sections_count: synced.skeleton_sections.length,
        domains: [...new Set(synced.tools.flatMap(({ domains }) => domains))],
      };
    });
  }
}
