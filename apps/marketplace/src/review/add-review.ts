import type { AddReview as Input, Review } from '@skep/contracts/marketplace';
import { NotUsed, OwnReview } from '@skep/contracts/marketplace';
import { auth } from '@skep/contracts/auth';
import { Bus, type Ctx, withKeySuffix } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { InstalledApps } from '../listing/installed-apps.js';
import { ListingRepository } from '../listing/listing.repository.js';
import { AppUses } from './app-uses.js';
import { ReviewRepository } from './review.repository.js';

/** Publishes a review of a listed app, by a user who has the app and has used it. */
@Injectable()
export class AddReview {
  constructor(
    private readonly listings: ListingRepository,
    private readonly installed: InstalledApps,
    private readonly uses: AppUses,
    private readonly reviews: ReviewRepository,
    private readonly bus: Bus,
  ) {}

  /** @throws AppNotFound, OwnReview, NotUsed, AlreadyReviewed */
  async run(ctx: Ctx, input: Input): Promise<Review> {
    const { app_id } = input;
    const listing = await this.listings.getListed(app_id);
    if (listing.developer_id === ctx.user) throw OwnReview();
    if (!(await this.uses.has(ctx, app_id)) || !(await this.installed.has(ctx, app_id))) throw NotUsed();
    const { nickname } = await this.bus.call(auth.getNickname, withKeySuffix(ctx, 'nickname'), {});
    return this.reviews.add(ctx, { ...input, author: nickname, version: listing.version });
  }
}
