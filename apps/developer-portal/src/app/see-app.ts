import { AppNotInstalled, DeveloperAppNotFound, Problem, registry, type AppDetails } from '@skep/contracts';
import { Bus, type Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { SubmissionRepository } from '../submission/submission.repository.js';
import { AppRepository, isPureService } from './app.repository.js';

/** Reads an app: all of it for its developer, what is public for whoever has it. */
@Injectable()
export class SeeApp {
  constructor(
    private readonly apps: AppRepository,
    private readonly submissions: SubmissionRepository,
    private readonly bus: Bus,
  ) {}

  /** @throws NoSuchApp for an app that is neither the caller's own nor installed for them */
  async run(ctx: Ctx, app_id: string): Promise<AppDetails> {
    if (isPureService(ctx)) return this.apps.any(app_id);
    return (await this.apps.find(ctx, app_id)) ?? this.public(ctx, app_id);
  }

  /** In the release that the caller runs, at the prices that were approved. */
  private async public(ctx: Ctx, app_id: string): Promise<AppDetails> {
    const { name, description, icon, functions, permissions } = await this.bus
      .call(registry.getMyExtension, ctx, { app_id })
      .catch(notFound);
    const app = await this.apps.record(app_id);
    const listing = app && (await this.submissions.approved(app))?.listing;
    return {
      ...{ app_id, developer_id: app?.developer_id ?? '', name, display_name: name, short_description: description, description, icon },
      ...{
        category: listing?.category ?? '',
        status: app && app.suspend_reason !== null ? 'suspended' : 'active',
        permissions,
        tools_json: functions,
      },
      ...{ pricing_model: listing?.pricing_model ?? 'free', pricing_config: listing?.pricing_config ?? null },
    };
  }
}

function notFound(error: unknown): never {
  throw error instanceof Problem && error.body.code === AppNotInstalled.code ? DeveloperAppNotFound() : error;
}
