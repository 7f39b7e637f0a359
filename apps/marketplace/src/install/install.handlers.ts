import { type AppRef, Problem } from '@skep/contracts';
import { builtins } from '@skep/contracts/builtins';
import { AppNotFound, marketplace } from '@skep/contracts/marketplace';
import { AppNotInstalled, registry, SystemApp } from '@skep/contracts/registry';
import { Bus, type Ctx, Handle, Handlers, withKeySuffix } from '@skep/platform';
import { InstalledApps } from '../listing/installed-apps.js';
import { ListingRepository } from '../listing/listing.repository.js';

@Handlers()
export class InstallHandlers {
  constructor(
    private readonly listings: ListingRepository,
    private readonly installed: InstalledApps,
    private readonly bus: Bus,
  ) {}

  /**
   * Consents to the revision that the listing shows, whichever revision is live at the registry. A delisted app can only be installed by
   * users who have it, which renews their consent.
   */
  @Handle(marketplace.installApp)
  async installApp(ctx: Ctx, { app_id }: AppRef) {
    const { revision, delisted } = await this.getInstallable(app_id);
    if (delisted && !(await this.installed.has(ctx, app_id))) throw AppNotFound();
    const installed = await this.bus.call(registry.installApp, withKeySuffix(ctx, 'install'), { app_id, revision }).catch(toAppNotFound);
    return { ...installed, status: 'installed', installed: true };
  }

  /** Asks the registry first: the listing no longer exists if the app's developer was erased, but users must still be able to uninstall it. */
  @Handle(marketplace.uninstallApp)
  async uninstallApp(ctx: Ctx, { app_id }: AppRef) {
    if (!(await this.installed.has(ctx, app_id))) await this.getInstallable(app_id);
    const uninstalled = await this.bus.call(registry.uninstallApp, withKeySuffix(ctx, 'uninstall'), { app_id });
    return { ...uninstalled, status: 'uninstalled', installed: false };
  }

  /** The listing of an app, also if it is delisted. @throws AppNotFound; SystemApp for an app that every user has */
  private async getInstallable(appId: string) {
    if (Object.hasOwn(builtins, appId)) throw SystemApp();
    const listing = await this.listings.find(appId);
    if (!listing) throw AppNotFound();
    if (listing.system) throw SystemApp();
    return listing;
  }
}

/** An app that is listed but unknown to the registry cannot be installed. */
function toAppNotFound(error: unknown): never {
  throw error instanceof Problem && error.body.code === AppNotInstalled.code ? AppNotFound() : error;
}
