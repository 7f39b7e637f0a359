import { InvalidInput, type Message } from '@skep/contracts';
import type { ChangeEmail as Input } from '@skep/contracts/auth';
import { type Ctx, Database, LOG, type Log } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { Attempts } from '../attempt/attempts.js';
import { aboutUser, Audit } from '../audit/audit.js';
import { Reauthentication } from '../factor/reauthentication.js';
import { MailQueue } from '../mail/mail-queue.js';
import { generateLinkToken, sha256 } from '../secrets/opaque-tokens.js';
import { EmailChangeRepository } from './email-change.repository.js';
import { confirmNewEmail, emailChangeRequested, newEmailTaken } from './email-templates.js';

/** Per new address, from all callers, so that no one can flood a mailbox through us. */
const MAX_MAILS_PER_HOUR = 5;

/** Sends a confirmation link to the new address. The response and the work are the same whether that address has an account or not: one row, two e-mails. */
@Injectable()
export class ChangeEmail {
  constructor(
    private readonly db: Database,
    private readonly changes: EmailChangeRepository,
    private readonly reauthentication: Reauthentication,
    private readonly attempts: Attempts,
    private readonly mailQueue: MailQueue,
    private readonly audit: Audit,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** @throws Problem `wrong_password`, `wrong_factor`, `user_not_found`, `too_many_requests` */
  async run(ctx: Ctx, { new_email, ...proof }: Input): Promise<Message> {
    const { user_id, tenant_id, email } = await this.reauthentication.verifyAll(ctx, proof);
    if (new_email === email) throw InvalidInput([{ loc: ['new_email'], msg: 'This is already your address', type: 'unchanged' }]);
    const address = { tenant_id, email };
    await this.attempts.check('email', ctx, address);
    const token = generateLinkToken();
    await this.db.transaction(async () => {
      await this.attempts.count('email', ctx, address);
      const { is_taken, requests_last_hour } = await this.changes.addressStatus(tenant_id, new_email);
      const send = requests_last_hour < MAX_MAILS_PER_HOUR;
      await this.changes.createPending(sha256(token), { account_id: user_id, tenant_id, new_email }, send && !is_taken);
      if (send) await this.mailQueue.add(is_taken ? newEmailTaken(new_email) : confirmNewEmail(new_email, token));
      await this.audit.record(ctx, { action: 'email.change_asked', ...aboutUser(user_id) });
      await this.mailQueue.add(emailChangeRequested(address));
    });
    this.log.info({ user: user_id, request: ctx.request, ip: ctx.ip }, 'e-mail change requested');
    return { message: 'We sent an e-mail to the new address. Open the link in it to confirm the change.' };
  }
}
