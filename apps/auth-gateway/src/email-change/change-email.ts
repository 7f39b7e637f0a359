import { type ChangeEmail as Input, InvalidInput, type Message } from '@skep/contracts';
import { type Ctx, Database, LOG, type Log } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { aboutUser, Audit } from '../audit/audit.js';
import { Reauthentication } from '../factor/reauthentication.js';
import { Mails } from '../mail/mails.js';
import { Attempts } from '../password/attempts.js';
import { mailToken, sha256 } from '../secrets/opaque.js';
import { EmailChangeRepository } from './email-change.repository.js';
import { confirmNewEmail, emailWillChange, newEmailTaken } from './letters.js';

/** Mails to one address in an hour, whoever asks: nobody's mailbox is flooded through us. */
const MAILS_AN_HOUR = 5;

/** The answer and the work are the same whether the new address has an account or not: one row, two mails. */
@Injectable()
export class ChangeEmail {
  constructor(
    private readonly db: Database,
    private readonly changes: EmailChangeRepository,
    private readonly reauthentication: Reauthentication,
    private readonly attempts: Attempts,
    private readonly mails: Mails,
    private readonly audit: Audit,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** @throws Problem `wrong_password`, `wrong_factor`, `user_not_found`, `too_many_requests` */
  async run(ctx: Ctx, { new_email, ...proof }: Input): Promise<Message> {
    const { user_id, tenant_id, email } = await this.reauthentication.byAll(ctx, proof);
    if (new_email === email) throw InvalidInput([{ loc: ['new_email'], msg: 'This is your address already', type: 'unchanged' }]);
    const target = { tenant_id, email };
    await this.attempts.check('email', ctx, target);
    const token = mailToken();
    await this.db.transaction(async () => {
      await this.attempts.count('email', ctx, target);
      const { taken, asked } = await this.changes.standing(tenant_id, new_email);
      const send = asked < MAILS_AN_HOUR;
      await this.changes.expect(sha256(token), { account_id: user_id, tenant_id, new_email }, send && !taken);
      if (send) await this.mails.add(taken ? newEmailTaken(new_email) : confirmNewEmail(new_email, token));
      await this.audit.record(ctx, { action: 'email.change_asked', ...aboutUser(user_id) });
      await this.mails.add(emailWillChange(target));
    });
    this.log.info({ user: user_id, request: ctx.request, ip: ctx.ip }, 'another e-mail address is asked for');
    return { message: 'We have sent an e-mail to the new address. Open the link in it to change yours.' };
  }
}
