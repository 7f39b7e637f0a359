import type { Message } from '@skep/contracts';
import { type ChangePassword as Input, WrongPassword } from '@skep/contracts/auth';
import { type Ctx, Database, LOG, type Log } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { AccountRepository } from '../account/account.repository.js';
import { Attempts } from '../attempt/attempts.js';
import { aboutUser, Audit } from '../audit/audit.js';
import { EmailChangeRepository } from '../email-change/email-change.repository.js';
import { Reauthentication } from '../factor/reauthentication.js';
import { MailQueue } from '../mail/mail-queue.js';
import { PasswordResetRepository } from '../password-reset/password-reset.repository.js';
import { Passwords } from '../secrets/passwords.js';
import { RevokeSession } from '../session/revoke-session.js';
import { passwordChanged } from './email-templates.js';

/** Changes the password of a signed-in user. */
@Injectable()
export class ChangePassword {
  constructor(
    private readonly db: Database,
    private readonly accounts: AccountRepository,
    private readonly resets: PasswordResetRepository,
    private readonly passwords: Passwords,
    private readonly reauthentication: Reauthentication,
    private readonly emailChanges: EmailChangeRepository,
    private readonly attempts: Attempts,
    private readonly revokeSession: RevokeSession,
    private readonly mailQueue: MailQueue,
    private readonly audit: Audit,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** Revokes the other sessions and cancels pending password resets and e-mail changes. @throws Problem `wrong_password`, `user_not_found`, `too_many_requests` */
  async run(ctx: Ctx, { current_password, new_password }: Input): Promise<Message> {
    const credential = await this.reauthentication.verifyPassword(ctx, current_password);
    const password_hash = await this.passwords.hash(ctx, new_password, 'new_password');
    await this.db.transaction(async () => {
      if (!(await this.accounts.replacePassword(credential, password_hash))) throw WrongPassword();
      await this.attempts.reset('login', ctx, credential);
      await this.resets.voidAll(credential);
      await this.emailChanges.cancelPending(credential.user_id);
      const sessions_ended = await this.revokeSession.allOfUser(ctx, credential, 'password_changed', ctx.session);
      await this.audit.record(ctx, { action: 'password.changed', ...aboutUser(credential.user_id), metadata: { sessions_ended } });
      await this.mailQueue.add(passwordChanged(credential));
    });
    this.log.info({ user: credential.user_id, request: ctx.request, ip: ctx.ip }, 'password changed');
    return { message: 'Your password was changed. You were signed out of your other sessions.' };
  }
}
