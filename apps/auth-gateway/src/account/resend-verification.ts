import type { Message } from '@skep/contracts';
import type { EmailRecipient } from '@skep/contracts/auth';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { MailQueue } from '../mail/mail-queue.js';
import { Attempts } from '../password/attempts.js';
import { generateLinkToken, sha256 } from '../secrets/opaque-tokens.js';
import { AccountRepository } from './account.repository.js';
import { accountExists, noPendingSignup, verificationLink } from './email-templates.js';

/** Sends a new verification link. Every address gets some e-mail, so the caller does not learn whether it has an account. */
@Injectable()
export class ResendVerification {
  constructor(
    private readonly db: Database,
    private readonly accounts: AccountRepository,
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
      const renewed = await this.accounts.renewPendingToken(address, sha256(token));
      const status = await this.accounts.addressStatus(tenant_id, email);
      const other = status.has_account ? accountExists(address) : noPendingSignup(email);
      await this.mailQueue.add(renewed ? verificationLink(email, token) : other);
    });
    return { message: 'We sent an e-mail to this address. Open the link in it to confirm the address.' };
  }
}
