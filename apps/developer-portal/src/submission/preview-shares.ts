import { billing } from '@skep/contracts/billing';
import type { PreviewPrices, PricePreview } from '@skep/contracts/portal';
import { Bus, type Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { AppRepository } from '../app/app.repository.js';
import { DeveloperRepository } from '../developer/developer.repository.js';

/** Divides prices with the share that an approval now would fix. */
@Injectable()
export class PreviewShares {
  constructor(
    private readonly apps: AppRepository,
    private readonly developers: DeveloperRepository,
    private readonly bus: Bus,
  ) {}

  /** @throws DeveloperAppNotFound */
  async run(ctx: Ctx, { app_id, prices }: PreviewPrices): Promise<PricePreview> {
    const split = await this.developers.getSplit(await this.apps.getOwn(ctx, app_id));
    return { split, shares: await this.bus.call(billing.splitPrices, ctx, { prices, split }) };
  }
}
