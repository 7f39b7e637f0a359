import { AppNotFound, AppNotInstalled, type AppRef, builtins, marketplace, Problem, registry, SystemApp } from '@skep/contracts';
import { Bus, type Ctx, Handle, Handlers, withKeySuffix } from '@skep/platform';
import { ListingRepository } from '../listing/listing.repository.js';

@Handlers()
export class InstallHandlers {
  constructor(
    private readonly listings: ListingRepository,
    private readonly bus: Bus,
  ) {}

  /**
   * Consents to what the listing shows, whichever release the registry has heard of by now. One that has left the marketplace can only
   * be consented to again, by whoever has it.
   */
  @Handle(marketplace.installApp)
  async installApp(ctx: Ctx, { app_id }: AppRef) {
    const { revision, delisted } = await this.mustBeListed(app_id);
    if (delisted && !(await this.registryHas(ctx, app_id))) throw AppNotFound();
    const installed = await this.bus.call(registry.installApp, withKeySuffix(ctx, 'install'), { app_id, revision }).catch(unknownThere);
    return { ...installed, status: 'installed', installed: true };
  }

  @Handle(marketplace.uninstallApp)
  async uninstallApp(ctx: Ctx, { app_id }: AppRef) {
    // One whose developer is gone is listed no more, and whoever has it must be able to part with it.
    if (!(await this.registryHas(ctx, app_id))) await this.mustBeListed(app_id);
    const uninstalled = await this.bus.call(registry.uninstallApp, withKeySuffix(ctx, 'uninstall'), { app_id });
    return { ...uninstalled, status: 'uninstalled', installed: false };
  }

  private async registryHas(ctx: Ctx, app_id: string): Promise<boolean> {
    return (await this.bus.call(registry.listInstalledApps, withKeySuffix(ctx, 'installed'), { app_ids: [app_id] })).app_ids.length > 0;
  }

  /** @throws Problem `system_app` for what everybody has anyway; `app_not_found`. */
  private async mustBeListed(appId: string) {
    if (Object.hasOwn(builtins, appId)) throw SystemApp();
    const listing = await this.listings.one(appId);
    if (!listing) throw AppNotFound();
    if (listing.system) throw SystemApp();
    return listing;
  }
}

/** An app that the registry does not know cannot be installed, whoever lists it. */
function unknownThere(error: unknown): never {
  throw error instanceof Problem && error.body.code === AppNotInstalled.code ? AppNotFound() : error;
}
