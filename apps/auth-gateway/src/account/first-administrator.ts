import { Database, LOG, type Log, newCtx } from '@skep/platform';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { AuthGatewayConfig } from '../auth-gateway.config.js';
import { Passwords } from '../secrets/passwords.js';
import { AccountRepository, generateUserId } from './account.repository.js';

const ADDRESS_NOT_FOUND = 'no account has the address SKEP_ADMIN_EMAIL, but there is an administrator already: ignoring the setting';

/**
 * The first start creates the administrator named in the settings. Later starts change nothing, so that outdated settings cannot
 * restore an old password. They log a warning if the settings no longer match the account.
 */
@Injectable()
export class FirstAdministrator implements OnModuleInit {
  constructor(
    private readonly db: Database,
    private readonly config: AuthGatewayConfig,
    private readonly accounts: AccountRepository,
    private readonly passwords: Passwords,
    @Inject(LOG) private readonly log: Log,
  ) {}

  async onModuleInit(): Promise<void> {
    const { SKEP_ADMIN_EMAIL: email, SKEP_ADMIN_PASSWORD: password } = this.config;
    if (!email || !password) return;
    await this.db.inTenant('default', () => this.createUnlessPresent(email, password));
  }

  private async createUnlessPresent(email: string, password: string): Promise<void> {
    const ctx = newCtx({ actor: 'service:auth-gateway', deadline: Infinity });
    const existing = await this.accounts.findByEmail({ tenant_id: 'default', email });
    if (!existing) {
      if (await this.accounts.hasAdministrator('default')) return this.log.warn(ADDRESS_NOT_FOUND);
      const password_hash = await this.passwords.hash(ctx, password);
      await this.accounts.create(
        ctx,
        { user_id: generateUserId(), tenant_id: 'default', email, password_hash, attributes: {} },
        'admin',
        'environment',
      );
      return;
    }
    if (existing.role !== 'admin') this.log.warn('the account of SKEP_ADMIN_EMAIL is not an administrator; its role is not changed');
    if (!(await this.passwords.verify(ctx, password, existing.password_hash)))
      this.log.warn('SKEP_ADMIN_PASSWORD is not the password of the administrator; the password is not changed');
  }
}
