import type { Page } from '@skep/contracts';
import type { BrowseApps as Input, Listing } from '@skep/contracts/marketplace';
import type { Ctx, Paging } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { InstalledApps } from './installed-apps.js';
import { ListingPages, type SearchQueries } from './listing-pages.js';
import { toFuzzyQuery, toPrefixQuery } from './search-words.js';
import { VocabularyRepository } from './vocabulary.repository.js';

/** Finds listings: first literal matches, then those by prefix, then those of corrected words. */
@Injectable()
export class BrowseApps {
  constructor(
    private readonly listings: ListingPages,
    private readonly vocabulary: VocabularyRepository,
    private readonly installed: InstalledApps,
  ) {}

  async run(ctx: Ctx, { search: text, category, sort, ...paging }: Input): Promise<Page<Listing>> {
    const search = text.trim();
    const rows = toPaging(paging);
    const page = search
      ? await this.listings.search(await this.buildQueries(search), category, sort, rows)
      : await this.listings.browse(category, sort, rows);
    return { ...page, rows: await this.installed.mark(ctx, page.rows) };
  }

  private async buildQueries(text: string): Promise<SearchQueries> {
    const [completions, corrections] = await Promise.all([this.vocabulary.findCompletions(text), this.vocabulary.findCorrections(text)]);
    return { text, prefix: toPrefixQuery(text, completions), fuzzy: toFuzzyQuery(text, corrections, completions) };
  }
}

/** A cursor takes precedence over a page number, and that over an offset. */
function toPaging({ limit, offset, page, per_page, cursor }: Pick<Input, 'limit' | 'offset' | 'page' | 'per_page' | 'cursor'>): Paging {
  if (page === undefined && per_page === undefined) return { limit, offset, cursor };
  const size = per_page ?? limit;
  return { limit: size, offset: ((page ?? 1) - 1) * size, cursor };
}
