import { auth, type UserErased } from '@skep/contracts/auth';
import { type Ctx, Database, eraseUser, Handlers, OnEvent } from '@skep/platform';
import { CategorySizes } from '../listing/category-sizes.js';

@Handlers()
export class ErasureHandlers {
  constructor(
    private readonly db: Database,
    private readonly sizes: CategorySizes,
  ) {}

  /** Removes the listings of apps that the user developed. */
  @OnEvent(auth.userErased)
  async userErased(_: Ctx, user: UserErased) {
    await eraseUser(this.db, user);
    await this.sizes.recountAll();
  }
}
