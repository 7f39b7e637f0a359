import { Conflict, type Fault, InvalidInput, type UpdateApp } from '@skep/contracts';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import { Decisions } from '../submission/decisions.js';
import type { AppEntity } from './app.entity.js';
import { AppRepository } from './app.repository.js';
import { moved } from './app-status.js';
import { pricingFaults } from './pricing.js';

/** Changes an app's record. What is listed changes with the next approval. Other prices withdraw an app that waits for review. */
@Injectable()
export class UpdateAppStory {
  constructor(
    private readonly db: Database,
    private readonly apps: AppRepository,
    private readonly decisions: Decisions,
  ) {}

  run(ctx: Ctx, input: UpdateApp): Promise<AppEntity> {
    return this.db.transaction(async () => {
      const app = await this.apps.own(ctx, input.app_id, { lock: true });
      const prices = pricesOf(app, input);
      const withdrawn = prices.status !== undefined && (await this.decisions.withdraw(ctx, app));
      return this.apps.change(app, { ...textsOf(app, input), ...prices, ...(withdrawn && { submitted_at: null }) });
    });
  }
}

function textsOf(
  app: AppEntity,
  { name, display_name, short_description, description, category, icon, git_url }: UpdateApp,
): Partial<AppEntity> {
  const called = (name ?? display_name)?.trim();
  if (called === '')
    throw InvalidInput([{ loc: [name === undefined ? 'display_name' : 'name'], msg: 'A name is not blank', type: 'blank' }]);
  // An app that was described only once keeps being described once.
  const same = app.short_description === app.description;
  const texts: Partial<AppEntity> = {
    name: called,
    short_description: short_description ?? (same ? description : undefined),
    description: description ?? (same ? short_description : undefined),
    category,
    icon,
    git_url,
  };
  return Object.fromEntries(Object.entries(texts).filter(([, value]) => value !== undefined));
}

/** @throws AppSuspended; Conflict where the app's status forbids another price; InvalidInput */
function pricesOf(app: AppEntity, input: UpdateApp): Partial<AppEntity> {
  const pricing_model = input.pricing_model ?? app.pricing_model;
  const kept = pricing_model === app.pricing_model ? app.pricing_config : null;
  const pricing_config = input.pricing_config ?? kept;
  const faults: Fault[] = pricingFaults(pricing_model, pricing_config);
  if (faults.length) throw InvalidInput(faults);
  if (pricing_model === app.pricing_model && isDeepStrictEqual(pricing_config, app.pricing_config)) return {};
  const status = moved(app, 'reprice');
  if (!status) throw Conflict(`The prices of an active app do not change. Suspend it first: POST /v1/developer/apps/${app.app_id}/suspend`);
  return { pricing_model, pricing_config, status };
}
