import type { Listing } from '@skep/contracts/marketplace';
import { siteOf } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { MarketplaceConfig } from '../marketplace.config.js';

/** Where the uploaded icons of listings are served. */
@Injectable()
export class IconUrls {
  private readonly publicUrl: string;

  constructor(config: MarketplaceConfig) {
    this.publicUrl = siteOf(config);
  }

  /** A listing with the URL of its uploaded icon, if it has one, instead of the icon that the app names. */
  fill<L extends Pick<Listing, 'app_id' | 'icon_url'> & { has_svg: boolean }>(listing: L): L {
    return listing.has_svg ? { ...listing, icon_url: `${this.publicUrl}/v1/marketplace/apps/${listing.app_id}/icon` } : listing;
  }
}
