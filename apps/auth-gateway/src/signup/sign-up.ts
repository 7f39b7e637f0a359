import type { Signup, SignupReceipt } from '@skep/contracts/auth';
import { type Ctx, Database, networkOf } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { AccountRepository, generateUserId } from '../account/account.repository.js';
import { PendingSignupRepository } from '../account/pending-signup.repository.js';
import { Attempts } from '../attempt/attempts.js';
import { MailQueue, withoutRecipient } from '../mail/mail-queue.js';
import { generateLinkToken, sha256 } from '../secrets/opaque-tokens.js';
import { Passwords } from '../secrets/passwords.js';
import { accountExists, signupPending, verificationLink } from './email-templates.js';

/** The caller does not learn whether the address has an account or the tenant exists. The owner of the address does, by e-mail. */
@Injectable()
export class SignUp {
  constructor(
    private readonly db: Database,
    private readonly accounts: AccountRepository,
    private readonly pendingSignups: PendingSignupRepository,
    private readonly passwords: Passwords,
    private readonly attempts: Attempts,
    private readonly mailQueue: MailQueue,
  ) {}

  /** @throws Problem `too_many_requests` */
  async run(ctx: Ctx, { email, tenant_id, password, first_name, last_name }: Signup): Promise<SignupReceipt> {
    const address = { email, tenant_id };
    await this.attempts.check('signup', ctx, address);
    const password_hash = await this.passwords.hash(ctx, password);
    const token = generateLinkToken();
    const user_id = generateUserId();
    await this.db.transaction(async () => {
      await this.attempts.count('signup', ctx, address);
      const status = await this.accounts.addressStatus(address);
      const attributes = { ...(first_name && { first_name }), ...(last_name && { last_name }) };
      const is_free = status.tenant_exists && !status.has_account && !status.has_pending_signup;
      const sent = { token_hash: sha256(token), token_sent: is_free, network: networkOf(ctx.ip) };
      await this.pendingSignups.add({ ...sent, ...address, user_id, password_hash, attributes });
      const other = status.has_account ? accountExists(address) : signupPending(address);
      const template = is_free ? verificationLink(email, token) : other;
      await this.mailQueue.add(status.tenant_exists ? template : withoutRecipient(template));
    });
    return { user_id, message: 'We sent you an e-mail. Open the link in it to confirm your address.' };
  }
}
