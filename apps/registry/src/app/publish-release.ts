import { Conflict, type PublishedRelease, type PublishRelease, RESERVED_APP_IDS } from '@skep/contracts';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { AppRepository } from './app.repository.js';

/** Adds a release under the next number; the first one opens the app. */
@Injectable()
export class PublishReleaseStory {
  constructor(
    private readonly db: Database,
    private readonly apps: AppRepository,
  ) {}

  /**
   * An app that was never approved is handed over: its id was free, because its developer has deleted it.
   * @throws Problem `conflict` when the id is taken: by the system, or by an approved app of another developer.
   */
  async run(ctx: Ctx, content: PublishRelease): Promise<PublishedRelease> {
    const { app_id, developer_id } = content;
    if (RESERVED_APP_IDS.has(app_id)) throw Conflict('This App ID is reserved.');
    return this.db.transaction(async () => {
      const app = await this.apps.lock(ctx, app_id, developer_id);
      if (app.developer_id !== developer_id || app.tenant_id !== ctx.tenant) {
        if (app.approved_at) throw Conflict('This App ID belongs to another developer.');
        await this.apps.handOver(ctx, app_id, developer_id);
      }
      // Only the newest release is compared: going back to an earlier content is a release of its own.
      if (await this.apps.holds(app.latest_revision, content)) return { app_id, revision: app.latest_revision };
      const revision = app.latest_revision + 1;
      await this.apps.add(revision, content);
      return { app_id, revision };
    });
  }
}
