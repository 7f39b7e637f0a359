import type { EmailRecipient, Message } from '@skep/contracts';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { Mails } from '../mail/mails.js';
import { Attempts } from '../password/attempts.js';
import { mailToken, sha256 } from '../secrets/opaque.js';
import { AccountRepository } from './account.repository.js';
import { accountExists, noSignupWaits, verification } from './letters.js';

/** A mail got lost. Like a sign-up this tells the caller nothing: every address gets a mail. */
@Injectable()
export class ResendVerification {
  constructor(
    private readonly db: Database,
    private readonly accounts: AccountRepository,
    private readonly attempts: Attempts,
    private readonly mails: Mails,
  ) {}

  /** The link sent before stops working. @throws Problem `too_many_requests` */
  async run(ctx: Ctx, { email, tenant_id }: EmailRecipient): Promise<Message> {
    const target = { email, tenant_id };
    await this.attempts.check('resend', ctx, target);
    const token = mailToken();
    await this.db.transaction(async () => {
      await this.attempts.count('resend', ctx, target);
      const renewed = await this.accounts.renew(target, sha256(token));
      const known = await this.accounts.known(tenant_id, email);
      const other = known.account ? accountExists(target) : noSignupWaits(email);
      await this.mails.add(renewed ? verification(email, token) : other);
    });
    return { message: 'We have sent an e-mail to this address. Open the link in it to confirm it.' };
  }
}
