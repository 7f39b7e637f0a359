import { auth, type UserErased } from '@skep/contracts/auth';
import { type Ctx, Database, eraseUser, Handlers, OnEvent } from '@skep/platform';
import { AccountRepository } from '../account/account.repository.js';
import { HealthConnectionRepository } from '../health/health-connection.repository.js';

@Handlers()
export class ErasureHandlers {
  constructor(
    private readonly db: Database,
    private readonly accounts: AccountRepository,
    private readonly health: HealthConnectionRepository,
  ) {}

  /** Disconnects the user's accounts and health providers, and deletes their secrets and those of the apps that they developed. */
  @OnEvent(auth.userErased)
  async userErased(ctx: Ctx, user: UserErased) {
    await this.accounts.disconnect(ctx, user);
    await this.health.disconnect(ctx, user);
    await eraseUser(this.db, user);
  }
}
