import { auth, type UserErased } from '@skep/contracts/auth';
import { type Ctx, Database, eraseUser, Handlers, OnEvent } from '@skep/platform';

@Handlers()
export class ErasureHandlers {
  constructor(private readonly db: Database) {}

  /** Deletes the user's rows. */
  @OnEvent(auth.userErased)
  userErased(_: Ctx, user: UserErased) {
    return eraseUser(this.db, user);
  }
}
