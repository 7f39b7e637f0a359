import { Conflict } from '@skep/contracts';
import { RESERVED_APP_IDS } from '@skep/contracts/builtins';
import type { PublishedRelease, PublishRelease as Input } from '@skep/contracts/registry';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { AppRepository } from './app.repository.js';

/** Adds a release under the app's next revision; the first release creates the app. */
@Injectable()
export class PublishRelease {
  constructor(
    private readonly db: Database,
    private readonly apps: AppRepository,
  ) {}

  /**
   * An app that was never approved goes to the new developer: its first developer deleted it, which made its id free.
   * @throws Conflict if the id is reserved or belongs to an approved app of another developer
   */
  async run(ctx: Ctx, content: Input): Promise<PublishedRelease> {
    const { app_id, developer_id } = content;
    if (RESERVED_APP_IDS.has(app_id)) throw Conflict(`App ID '${app_id}' is reserved. Choose another one.`);
    return this.db.transaction(async () => {
      const app = await this.apps.lockOrCreate(ctx, app_id, developer_id);
      if (app.developer_id !== developer_id || app.tenant_id !== ctx.tenant) {
        if (app.approved_at) throw Conflict(`App ID '${app_id}' belongs to another developer. Choose another one.`);
        await this.apps.transfer(ctx, app_id, developer_id);
      }
      // Only the latest release is compared: the content of an earlier release, published again, becomes a new one.
      if (await this.apps.hasContent(app.latest_revision, content)) return { app_id, revision: app.latest_revision };
      const revision = app.latest_revision + 1;
      await this.apps.addRelease(ctx, revision, content);
      return { app_id, revision };
    });
  }
}
