import type { AppRef } from '@skep/contracts';
import type { WebhookMethod } from '@skep/contracts/kernel';
import { DeveloperAppNotFound, type ListedWebhook, portal } from '@skep/contracts/portal';
import { registry } from '@skep/contracts/registry';
import { Bus, type Ctx, Handle, Handlers } from '@skep/platform';
import { AppRepository } from '../app/app.repository.js';
import { SubmissionRepository } from '../submission/submission.repository.js';

@Handlers()
export class WebhookHandlers {
  constructor(
    private readonly apps: AppRepository,
    private readonly submissions: SubmissionRepository,
    private readonly bus: Bus,
  ) {}

  /** Those of the approved release. An app that no one can find in the marketplace has none. */
  @Handle(portal.listWebhooks)
  async listWebhooks(ctx: Ctx, { app_id }: AppRef): Promise<ListedWebhook[]> {
    const app = await this.apps.get(app_id);
    const approved = app.suspend_reason === null && app.status !== 'suspended' ? await this.submissions.findApproved(app) : null;
    if (!approved || approved.listing.system) throw DeveloperAppNotFound();
    const { manifest } = await this.bus.call(
      registry.getRelease,
      { ...ctx, idempotencyKey: undefined },
      { app_id, revision: approved.revision },
    );
    return ((manifest['webhooks'] ?? []) as { path: string; method?: WebhookMethod }[]).map(({ path, method = 'POST' }) => ({
      path,
      method,
    }));
  }
}
