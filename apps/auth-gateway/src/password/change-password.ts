import { type ChangePassword as Input, type Message, WrongPassword } from '@skep/contracts';
import { type Ctx, Database, LOG, type Log } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { passwordChanged } from '../account/letters.js';
import { aboutUser, Audit } from '../audit/audit.js';
import { EmailChangeRepository } from '../email-change/email-change.repository.js';
import { Reauthentication } from '../factor/reauthentication.js';
import { Mails } from '../mail/mails.js';
import { EndSession } from '../session/end-session.js';
import { Attempts } from './attempts.js';
import { PasswordRepository } from './password.repository.js';
import { Passwords } from './passwords.js';

@Injectable()
export class ChangePassword {
  constructor(
    private readonly db: Database,
    private readonly credentials: PasswordRepository,
    private readonly passwords: Passwords,
    private readonly reauthentication: Reauthentication,
    private readonly emailChanges: EmailChangeRepository,
    private readonly attempts: Attempts,
    private readonly endSession: EndSession,
    private readonly mails: Mails,
    private readonly audit: Audit,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** @throws Problem `wrong_password`, `user_not_found`, `too_many_requests` */
  async run(ctx: Ctx, { current_password, new_password }: Input): Promise<Message> {
    const mine = await this.reauthentication.byPassword(ctx, current_password);
    const password_hash = await this.passwords.hash(ctx, new_password, 'new_password');
    await this.db.transaction(async () => {
      if (!(await this.credentials.replace(mine, password_hash))) throw WrongPassword();
      await this.attempts.forget('login', ctx, mine);
      await this.credentials.voidResets(mine);
      await this.emailChanges.void(mine.user_id);
      const sessions_ended = await this.endSession.all(ctx, mine, 'password_changed', ctx.session);
      await this.audit.record(ctx, { action: 'password.changed', ...aboutUser(mine.user_id), metadata: { sessions_ended } });
      await this.mails.add(passwordChanged(mine));
    });
    this.log.info({ user: mine.user_id, request: ctx.request, ip: ctx.ip }, 'a password was changed');
    return { message: 'Your password is changed. Your other sessions have ended.' };
  }
}
