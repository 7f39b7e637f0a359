import { Problem } from '@skep/contracts';
import { DeveloperAppNotFound, type AppDetails } from '@skep/contracts/portal';
import { AppNotInstalled, registry } from '@skep/contracts/registry';
import { Bus, type Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { AppRepository, isServiceWithoutUser } from '../app/app.repository.js';
import { SubmissionRepository } from '../submission/submission.repository.js';

/** Reads an app: the whole record for its developer, the public fields for users who have it. */
@Injectable()
export class GetApp {
  constructor(
    private readonly apps: AppRepository,
    private readonly submissions: SubmissionRepository,
    private readonly bus: Bus,
  ) {}

  /** @throws DeveloperAppNotFound if the caller is not the app's developer and has not installed it */
  async run(ctx: Ctx, app_id: string): Promise<AppDetails> {
    if (isServiceWithoutUser(ctx)) return this.apps.get(app_id);
    return (await this.apps.findOwn(ctx, app_id)) ?? this.getPublic(ctx, app_id);
  }

  /** The public fields: those of the release that the caller runs, with the approved prices. */
  private async getPublic(ctx: Ctx, app_id: string): Promise<AppDetails> {
    const { name, description, icon, functions, permissions } = await this.bus
      .call(registry.getMyExtension, ctx, { app_id })
      .catch(toAppNotFound);
    const app = await this.apps.findWithDeleted(app_id);
    const listing = app && (await this.submissions.findApproved(app))?.listing;
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

/** Maps the registry's answer for an app that the caller does not have. */
function toAppNotFound(error: unknown): never {
  throw error instanceof Problem && error.body.code === AppNotInstalled.code ? DeveloperAppNotFound() : error;
}
