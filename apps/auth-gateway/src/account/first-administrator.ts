import { Database, LOG, type Log, newCtx } from '@skep/platform';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { AuthGatewayConfig } from '../auth-gateway.config.js';
import { Passwords } from '../password/passwords.js';
import { AccountRepository, newUserId } from './account.repository.js';

const GONE = 'the account of SKEP_ADMIN_EMAIL has another address by now, or the name has changed; there is an administrator already';

/**
 * The first start makes the administrator that the environment names. Later starts change nothing: an account belongs to its
 * person, and an old environment must not bring an old password back. They say when the two have come apart.
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
    await this.db.inTenant('default', () => this.make(email, password));
  }

  private async make(email: string, password: string): Promise<void> {
    const ctx = newCtx({ actor: 'service:auth-gateway', deadline: Infinity });
    const existing = await this.accounts.byEmail('default', email);
    if (!existing) {
      if (await this.accounts.hasAdministrator('default')) return this.log.warn(GONE);
      const password_hash = await this.passwords.hash(ctx, password);
      await this.accounts.create(
        ctx,
        { user_id: newUserId(), tenant_id: 'default', email, password_hash, attributes: {} },
        'admin',
        'environment',
      );
      return;
    }
    if (existing.role !== 'admin') this.log.warn('the account of SKEP_ADMIN_EMAIL is not an administrator; it stays as it is');
    if (!(await this.passwords.verify(ctx, password, existing.password_hash)))
      this.log.warn('SKEP_ADMIN_PASSWORD is not the password of the administrator; the account keeps its own');
  }
}
