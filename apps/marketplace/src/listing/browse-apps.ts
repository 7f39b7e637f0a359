import type { Page } from '@skep/contracts';
import type { BrowseApps as Input, Listing } from '@skep/contracts/marketplace';
import type { Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { InstalledApps } from './installed-apps.js';
import { ListingRepository, type SearchQueries } from './listing.repository.js';
import { toFuzzyQuery, toPrefixQuery } from './search-words.js';
import { VocabularyRepository } from './vocabulary.repository.js';

/** Finds listings: first literal matches, then those by prefix, then those of corrected words. */
@Injectable()
export class BrowseApps {
  constructor(
    private readonly listings: ListingRepository,
    private readonly vocabulary: VocabularyRepository,
    private readonly installed: InstalledApps,
  ) {}

  async run(ctx: Ctx, { search: text, category, sort, ...paging }: Input): Promise<Page<Listing>> {
    const search = text.trim() ? await this.buildQueries(text.trim()) : undefined;
    const page = await this.listings.findPage({ search, category, sort, ...toLimitOffset(paging) });
    return { ...page, rows: await this.installed.mark(ctx, page.rows) };
  }

  private async buildQueries(text: string): Promise<SearchQueries> {
    return { text, prefix: toPrefixQuery(text), fuzzy: toFuzzyQuery(text, await this.vocabulary.findCorrections(text)) };
  }
}

/** Page numbers take precedence over an offset. */
function toLimitOffset({ limit, offset, page, per_page }: Pick<Input, 'limit' | 'offset' | 'page' | 'per_page'>) {
  if (page === undefined && per_page === undefined) return { limit, offset };
  const size = per_page ?? limit;
  return { limit: size, offset: ((page ?? 1) - 1) * size };
}
