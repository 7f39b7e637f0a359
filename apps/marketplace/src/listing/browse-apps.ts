import type { BrowseApps, Listing, Page } from '@skep/contracts';
import type { Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { InstalledApps } from '../install/installed-apps.js';
import { ListingRepository, type Wanted } from './listing.repository.js';
import { VocabularyRepository } from './vocabulary.repository.js';
import { beginning, forgiving } from './words.js';

/** Finds listings: exactly what was asked for, then what begins so, then what may have been meant. */
@Injectable()
export class BrowseStory {
  constructor(
    private readonly listings: ListingRepository,
    private readonly vocabulary: VocabularyRepository,
    private readonly installed: InstalledApps,
  ) {}

  async run(ctx: Ctx, { search, category, sort, ...window }: BrowseApps): Promise<Page<Listing>> {
    const text = search.trim();
    const found = await this.listings.page({ search: text ? await this.wanted(text) : undefined, category, sort, ...windowOf(window) });
    return { ...found, rows: await this.installed.mark(ctx, found.rows) };
  }

  private async wanted(text: string): Promise<Wanted> {
    return { text, beginning: beginning(text), forgiving: forgiving(text, await this.vocabulary.near(text)) };
  }
}

/** Page numbers win over an offset, where both are given. */
export function windowOf({ limit, offset, page, per_page }: Pick<BrowseApps, 'limit' | 'offset' | 'page' | 'per_page'>) {
  if (page === undefined && per_page === undefined) return { limit, offset };
  const size = per_page ?? limit;
  return { limit: size, offset: ((page ?? 1) - 1) * size };
}
