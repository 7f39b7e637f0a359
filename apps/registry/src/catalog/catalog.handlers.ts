import type { Page } from '@skep/contracts';
import { type CatalogQuery, registry } from '@skep/contracts/registry';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { CatalogRepository, type FoundTool } from './catalog.repository.js';
import { SearchCatalog } from './search-catalog.js';
import { toNumbers } from './vectors.js';

@Handlers()
export class CatalogHandlers {
  constructor(
    private readonly tools: CatalogRepository,
    private readonly search: SearchCatalog,
  ) {}

  @Handle(registry.getCatalog)
  async getCatalog(ctx: Ctx, query: CatalogQuery) {
    const page = await this.findListed(ctx, query);
    const rows = page.rows.map((tool) => ({ ...tool, embedding: tool.embedding && toNumbers(tool.embedding) }));
    return { ...page, rows };
  }

  /** A service that acts for no user has no apps: it gets what everyone may find. */
  @Handle(registry.listCatalogTools)
  async listCatalogTools(ctx: Ctx, query: CatalogQuery): Promise<Page<FoundTool>> {
    if (!ctx.user) return this.findListed(ctx, query);
    const { search, ...paging } = query;
    if (!search) return this.tools.listInstalled(ctx, paging);
    return this.ranked(ctx, query, await this.tools.findInstalled(ctx, search));
  }

  private async findListed(ctx: Ctx, { search, ...paging }: CatalogQuery): Promise<Page<FoundTool>> {
    if (!search) return this.tools.listListed(paging);
    return this.ranked(ctx, { search, ...paging }, await this.tools.findListed(search));
  }

  private async ranked(
    ctx: Ctx,
    { search = '', limit }: CatalogQuery,
    candidates: Parameters<SearchCatalog['rank']>[2],
  ): Promise<Page<FoundTool>> {
    const rows = await this.search.rank(ctx, search, candidates);
    return { rows: rows.slice(0, limit), total: rows.length, has_more: false };
  }
}
