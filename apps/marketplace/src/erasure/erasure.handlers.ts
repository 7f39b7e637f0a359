import { auth, type UserErased } from '@skep/contracts/auth';
import { type Ctx, Database, eraseUser, Handlers, OnEvent } from '@skep/platform';
import { ReviewRepository } from '../review/review.repository.js';
import { CategorySizes } from '../listing/category-sizes.js';

@Handlers()
export class ErasureHandlers {
  constructor(
    private readonly db: Database,
    private readonly sizes: CategorySizes,
    private readonly reviews: ReviewRepository,
  ) {}

  /** Removes the user's reviews and votes, and the listings of apps that they developed. What others said about these stays theirs. */
  @OnEvent(auth.userErased)
  async userErased(_: Ctx, user: UserErased) {
    await this.reviews.erase(user);
    await eraseUser(this.db, user);
    await this.sizes.recountAll();
  }
}
