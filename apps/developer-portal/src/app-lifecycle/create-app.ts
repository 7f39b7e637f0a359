import { InvalidInput } from '@skep/contracts';
import { RESERVED_APP_IDS } from '@skep/contracts/builtins';
import { AppCapReached, AppIdTaken, type CreateApp as Input } from '@skep/contracts/portal';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { AppEntity } from '../app/app.entity.js';
import { AppRepository } from '../app/app.repository.js';
import { findPricingFaults } from '../app/pricing.js';
import { DeveloperRepository } from '../developer/developer.repository.js';
import { termsOf } from '../developer/tiers.js';

/** The terms of apps without a developer. */
const OF_INSTALLATION = { apps: null, split: 0 };

/** Creates the record of an app, as a draft. Checks the id before the app limit, so that repeating the request reports the taken id. */
@Injectable()
export class CreateApp {
  constructor(
    private readonly db: Database,
    private readonly apps: AppRepository,
    private readonly developers: DeveloperRepository,
  ) {}

  /** @throws InvalidInput, NotADeveloper, AppIdTaken, AppCapReached */
  run(ctx: Ctx, input: Input): Promise<AppEntity> {
    const { app_id, category, icon, git_url, pricing_model, pricing_config = null } = input;
    const name = (input.name ?? input.display_name ?? '').trim();
    const missing = name ? [] : ['name', 'display_name'].map((key) => ({ loc: [key], msg: 'Set name or display_name', type: 'missing' }));
    const faults = [...missing, ...findPricingFaults(pricing_model, pricing_config)];
    if (faults.length) throw InvalidInput(faults);
    const short_description = input.short_description ?? input.description ?? '';
    const description = input.description ?? short_description;

    return this.add(ctx, { app_id, name, short_description, description, category, icon, git_url, pricing_model, pricing_config });
  }

  /** Adds a record of the caller, or of a service one that belongs to the installation. @throws NotADeveloper, AppIdTaken, AppCapReached */
  add(ctx: Ctx, record: Partial<AppEntity> & Pick<AppEntity, 'app_id'>, { ofInstallation = false } = {}): Promise<AppEntity> {
    const { app_id } = record;
    return this.db.transaction(async () => {
      const tier = ofInstallation ? undefined : (await this.developers.lockCaller(ctx)).tier;
      const taken = AppIdTaken(`App ID '${app_id}' is already in use`);
      if (RESERVED_APP_IDS.has(app_id) || (await this.apps.exists(app_id))) throw taken;
      const { apps: cap, split } = tier ? termsOf(tier) : OF_INSTALLATION;
      if (cap !== null && (await this.apps.countTowardsCap(ctx)) >= cap)
        throw AppCapReached(
          `Your tier '${tier}' allows ${cap} app${cap === 1 ? '' : 's'}. ` +
            'Delete one (DELETE /v1/developer/apps/{app_id}) or upgrade your tier (PUT /v1/developer/tier).',
        );
      const added = await this.apps.add({ ...record, tenant_id: ctx.tenant, developer_id: ctx.user, revenue_split_dev: split });
      if (!added) throw taken;
      return this.apps.getOwn(ctx, app_id);
    });
  }
}
