import { type CompareVersions, type ListVersions, marketplace } from '@skep/contracts/marketplace';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { ListingRepository } from './listing.repository.js';
import { compareVersions } from './compare-versions.js';
import { VersionRepository } from './version.repository.js';

@Handlers()
export class VersionHandlers {
  constructor(
    private readonly listings: ListingRepository,
    private readonly versions: VersionRepository,
  ) {}

  @Handle(marketplace.listVersions)
  async listVersions(_: Ctx, { app_id, cursor }: ListVersions) {
    await this.listings.getListed(app_id);
    return this.versions.list(app_id, cursor);
  }

  @Handle(marketplace.compareVersions)
  async compareVersions(_: Ctx, { app_id, revision, from }: CompareVersions) {
    await this.listings.getListed(app_id);
    const after = await this.versions.get(app_id, revision);
    const before = from === undefined ? await this.versions.findBefore(after) : await this.versions.get(app_id, from);
    return compareVersions(before, after);
  }
}
