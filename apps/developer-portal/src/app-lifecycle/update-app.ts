import { Conflict, type Fault, InvalidInput } from '@skep/contracts';
import type { UpdateApp as Input } from '@skep/contracts/portal';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import type { AppEntity } from '../app/app.entity.js';
import { AppRepository } from '../app/app.repository.js';
import { nextStatus } from '../app/app-status.js';
import { findPricingFaults } from '../app/pricing.js';
import { findTextChanges } from '../app/text-changes.js';
import { Decisions } from '../submission/decisions.js';

/** Updates an app's record. The listing changes with the next approval. A price change withdraws a submission that waits for review. */
@Injectable()
export class UpdateApp {
  constructor(
    private readonly db: Database,
    private readonly apps: AppRepository,
    private readonly decisions: Decisions,
  ) {}

  /** @throws DeveloperAppNotFound, InvalidInput, AppSuspended; Conflict for a price change of an active app */
  run(ctx: Ctx, input: Input): Promise<AppEntity> {
    return this.db.transaction(async () => {
      const app = await this.apps.getOwn(ctx, input.app_id, { lock: true });
      assertSameManifest(app, input);
      const prices = findPriceChange(app, input);
      const withdrawn = prices.status !== undefined && (await this.decisions.withdraw(ctx, app));
      return this.apps.update(app, { ...findTextChanges(app, input), ...prices, ...(withdrawn && { submitted_at: null }) });
    });
  }
}

/** @throws InvalidInput for another manifest than that of the app: it would not be stored */
function assertSameManifest(app: AppEntity, { manifest_json = app.manifest_json }: Input): void {
  if (isDeepStrictEqual(manifest_json, app.manifest_json)) return;
  const msg = `is not changed by an update. Deploy it: call deploy_ir of the extension 'developer', or, as a service, POST /v1/developer/apps/${app.app_id}/_sync_manifest`;
  throw InvalidInput([{ loc: ['manifest_json'], msg, type: 'read_only' }]);
}

/** The new prices with the status that follows; empty if the prices are equal. @throws AppSuspended, InvalidInput; Conflict for an active app */
function findPriceChange(app: AppEntity, input: Input): Partial<AppEntity> {
  const pricing_model = input.pricing_model ?? app.pricing_model;
  const kept = pricing_model === app.pricing_model ? app.pricing_config : null;
  const pricing_config = input.pricing_config ?? kept;
  const faults: Fault[] = findPricingFaults(pricing_model, pricing_config);
  if (faults.length) throw InvalidInput(faults);
  if (pricing_model === app.pricing_model && isDeepStrictEqual(pricing_config, app.pricing_config)) return {};
  const status = nextStatus(app, 'reprice');
  if (!status)
    throw Conflict(
      `The prices of an active app cannot change. Suspend app '${app.app_id}' first: POST /v1/developer/apps/${app.app_id}/suspend`,
    );
  return { pricing_model, pricing_config, status };
}
