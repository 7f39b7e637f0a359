import type { Message } from '@skep/contracts';
import type { EmailRecipient } from '@skep/contracts/auth';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { Attempts } from '../attempt/attempts.js';
import { MailQueue } from '../mail/mail-queue.js';
import { PasswordResetRepository } from '../password-reset/password-reset.repository.js';
import { generateLinkToken, sha256 } from '../secrets/opaque-tokens.js';
import { noAccountForReset, passwordResetLink } from './email-templates.js';

/** Per address, from all networks, so that no one can flood a mailbox through us. */
const MAX_MAILS_PER_HOUR = 5;

/**
 * Sends a link for choosing a new password. The response and the work are the same whether the address has an account or not: one row,
 * one e-mail. If only a sign-up is pending for the address, the link creates the account with the new password, so that no one can keep
 * an address that they do not own.
 */
@Injectable()
export class ForgotPassword {
  constructor(
    private readonly db: Database,
    private readonly resets: PasswordResetRepository,
    private readonly attempts: Attempts,
    private readonly mailQueue: MailQueue,
  ) {}

  /** @throws Problem `too_many_requests` */
  async run(ctx: Ctx, { email, tenant_id }: EmailRecipient): Promise<Message> {
    const address = { email, tenant_id };
    await this.attempts.check('forgot', ctx, address);
    const token = generateLinkToken();
    await this.db.transaction(async () => {
      await this.attempts.count('forgot', ctx, address);
      const { can_reset, requests_last_hour } = await this.resets.status(address);
      const send = requests_last_hour < MAX_MAILS_PER_HOUR;
      await this.resets.add(sha256(token), address, can_reset && send);
      if (send) await this.mailQueue.add(can_reset ? passwordResetLink(email, token) : noAccountForReset(email));
    });
    return { message: 'We sent an e-mail to this address. Open the link in it to choose a new password.' };
  }
}
