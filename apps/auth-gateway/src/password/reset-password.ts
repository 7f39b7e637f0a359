import type { Message } from '@skep/contracts';
import { InvalidToken, type ResetPassword as Input } from '@skep/contracts/auth';
import { type Ctx, Database, LOG, type Log } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { AccountRepository, generateUserId } from '../account/account.repository.js';
import { Attempts, type AccountAddress } from '../attempt/attempts.js';
import { aboutUser, Audit } from '../audit/audit.js';
import { EmailChangeRepository } from '../email-change/email-change.repository.js';
import { MailQueue } from '../mail/mail-queue.js';
import { PasswordResetRepository } from '../password-reset/password-reset.repository.js';
import { sha256 } from '../secrets/opaque-tokens.js';
import { Passwords } from '../secrets/passwords.js';
import { RevokeSession } from '../session/revoke-session.js';
import { passwordChanged } from './email-templates.js';

/** Sets a new password by the link of a password reset. */
@Injectable()
export class ResetPassword {
  constructor(
    private readonly db: Database,
    private readonly accounts: AccountRepository,
    private readonly resets: PasswordResetRepository,
    private readonly emailChanges: EmailChangeRepository,
    private readonly passwords: Passwords,
    private readonly attempts: Attempts,
    private readonly revokeSession: RevokeSession,
    private readonly mailQueue: MailQueue,
    private readonly audit: Audit,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /**
   * Sets the password, revokes all sessions and cancels pending links; second factors stay. If only a sign-up is pending, the link has
   * proved the address: it creates an account without any data of that sign-up, which may be someone else's.
   * @throws Problem `invalid_token`, `too_many_requests`
   */
  async run(ctx: Ctx, { token, new_password }: Input): Promise<Message> {
    const password_hash = await this.passwords.hash(ctx, new_password, 'new_password');
    await this.db.transaction(async () => {
      const address = await this.resets.consume(sha256(token));
      if (!address) throw InvalidToken();
      await this.db.inTenant(address.tenant_id, () => this.applyReset(ctx, address, password_hash));
    });
    this.log.info({ request: ctx.request, ip: ctx.ip }, 'password reset');
    return { message: 'Your password was changed. Sign in with the new one.' };
  }

  private async applyReset(ctx: Ctx, address: AccountAddress, password_hash: string): Promise<void> {
    const user = await this.accounts.setPassword(address, password_hash);
    if (user) await this.revokeAccess(ctx, user);
    else await this.createAccount(ctx, address, password_hash);
    await this.resets.voidAll(address);
    await this.attempts.reset('login', ctx, address);
    await this.mailQueue.add(passwordChanged(address));
  }

  private async revokeAccess(ctx: Ctx, { user_id, tenant_id }: { user_id: string; tenant_id: string }): Promise<void> {
    await this.emailChanges.cancelPending(user_id);
    const sessions_ended = await this.revokeSession.allOfUser(ctx, { user_id, tenant_id }, 'password_reset');
    await this.audit.record(ctx, {
      action: 'password.reset',
      tenant_id,
      actor_id: user_id,
      ...aboutUser(user_id),
      metadata: { sessions_ended },
    });
  }

  private async createAccount(ctx: Ctx, address: AccountAddress, password_hash: string): Promise<void> {
    const account = { user_id: generateUserId(), ...address, password_hash, attributes: {} };
    const user = await this.accounts.create(ctx, account, 'user', 'password reset');
    if (!user) throw InvalidToken();
  }
}
