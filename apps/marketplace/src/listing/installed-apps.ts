import { Problem } from '@skep/contracts';
import { registry } from '@skep/contracts/registry';
import { Bus, type Ctx, type Log, LOG, withKeySuffix } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';

/** A list without marks is better than a list that waits longer for the registry. */
const TIMEOUT_MS = 1_000;

/** Which apps the caller has installed, by asking the registry. */
@Injectable()
export class InstalledApps {
  private unavailable = false;

  constructor(
    private readonly bus: Bus,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** @throws Problem `unavailable` */
  async has(ctx: Ctx, app_id: string): Promise<boolean> {
    return (await this.find(ctx, [app_id])).length > 0;
  }

  /** The listings with `is_installed`; unchanged if the caller is not signed in or the registry does not answer within 1 s. */
  async mark<L extends { app_id: string }>(ctx: Ctx, listings: L[]): Promise<(L & { is_installed?: boolean })[]> {
    if (!ctx.user || !listings.length) return listings;
    try {
      const deadline = Math.min(ctx.deadline, Date.now() + TIMEOUT_MS);
      const installed = await this.find(
        { ...ctx, deadline },
        listings.map(({ app_id }) => app_id),
      );
      this.unavailable = false;
      return listings.map((listing) => ({ ...listing, is_installed: installed.includes(listing.app_id) }));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (!this.unavailable)
        this.log.warn({ code: error.body.code }, 'the registry does not answer: listings are returned without is_installed');
      this.unavailable = true;
      return listings;
    }
  }

  private async find(ctx: Ctx, app_ids: string[]): Promise<string[]> {
    return (await this.bus.call(registry.listInstalledApps, withKeySuffix(ctx, 'installed'), { app_ids })).app_ids;
  }
}
