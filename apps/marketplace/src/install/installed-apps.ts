import { Problem, registry } from '@skep/contracts';
import { Bus, type Ctx, type Log, LOG, withKeySuffix } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';

/** A list is worth more now than with its installs marked later. */
const TIMEOUT_MS = 1_000;

/** Marks what the caller has installed, as far as the registry can be asked. */
@Injectable()
export class InstalledApps {
  private away = false;

  constructor(
    private readonly bus: Bus,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** The same listings with `is_installed`; as they are for a caller who has not signed in, and while the registry does not answer. */
  async mark<L extends { app_id: string }>(ctx: Ctx, listings: L[]): Promise<(L & { is_installed?: boolean })[]> {
    if (!ctx.user || !listings.length) return listings;
    try {
      const soon = { ...withKeySuffix(ctx, 'installed'), deadline: Math.min(ctx.deadline, Date.now() + TIMEOUT_MS) };
      const { app_ids } = await this.bus.call(registry.listInstalledApps, soon, { app_ids: listings.map(({ app_id }) => app_id) });
      this.away = false;
      return listings.map((listing) => ({ ...listing, is_installed: app_ids.includes(listing.app_id) }));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (!this.away) this.log.warn({ code: error.body.code }, 'the registry does not answer; listings go out without is_installed');
      this.away = true;
      return listings;
    }
  }
}
