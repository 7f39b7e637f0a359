import type { Message } from '@skep/contracts';
import type { EmailRecipient } from '@skep/contracts/auth';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { AccountRepository } from '../account/account.repository.js';
import { PendingSignupRepository } from '../account/pending-signup.repository.js';
import { Attempts } from '../attempt/attempts.js';
import { MailQueue } from '../mail/mail-queue.js';
import { generateLinkToken, sha256 } from '../secrets/opaque-tokens.js';
import { accountExists, noPendingSignup, verificationLink } from './email-templates.js';

/** Sends a new verification link. Every address gets some e-mail, so the caller does not learn whether it has an account. */
@Injectable()
export class ResendVerification {
  constructor(
    private readonly db: Database,
    private readonly accounts: AccountRepository,
    private readonly pendingSignups: PendingSignupRepository,
    private readonly attempts: Attempts,
    private readonly mailQueue: MailQueue,
  ) {}

  /** Invalidates the previous link. @throws Problem `too_many_requests` */
  async run(ctx: Ctx, { email, tenant_id }: EmailRecipient): Promise<Message> {
    const address = { email, tenant_id };
    await this.attempts.check('resend', ctx, address);
    const token = generateLinkToken();
    await this.db.transaction(async () => {
      await this.attempts.count('resend', ctx, address);
      const renewed = await this.pendingSignups.renewToken(address, sha256(token));
      const status = await this.accounts.addressStatus(address);
      const other = status.has_account ? accountExists(address) : noPendingSignup(email);
      await this.mailQueue.add(renewed ? verificationLink(email, token) : other);
    });
    return { message: 'We sent an e-mail to this address. Open the link in it to confirm the address.' };
  }
}
