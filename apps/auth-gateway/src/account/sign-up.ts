import type { Signup, SignupReceipt } from '@skep/contracts/auth';
import { type Ctx, Database, networkOf } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { MailQueue, withoutRecipient } from '../mail/mail-queue.js';
import { Attempts } from '../password/attempts.js';
import { Passwords } from '../password/passwords.js';
import { generateLinkToken, sha256 } from '../secrets/opaque-tokens.js';
import { AccountRepository, generateUserId } from './account.repository.js';
import { accountExists, signupPending, verificationLink } from './email-templates.js';

/** The caller does not learn whether the address has an account or the tenant exists. The owner of the address does, by e-mail. */
@Injectable()
export class SignUp {
  constructor(
    private readonly db: Database,
    private readonly accounts: AccountRepository,
    private readonly passwords: Passwords,
    private readonly attempts: Attempts,
    private readonly mailQueue: MailQueue,
  ) {}

  /** @throws Problem `too_many_requests` */
  async run(ctx: Ctx, { email, tenant_id, password, first_name, last_name }: Signup): Promise<SignupReceipt> {
    await this.attempts.check('signup', ctx, { email, tenant_id });
    const password_hash = await this.passwords.hash(ctx, password);
    const token = generateLinkToken();
    const user_id = generateUserId();
    await this.db.transaction(async () => {
      await this.attempts.count('signup', ctx, { email, tenant_id });
      const status = await this.accounts.addressStatus(tenant_id, email);
      const attributes = { ...(first_name && { first_name }), ...(last_name && { last_name }) };
      const is_free = status.tenant_exists && !status.has_account && !status.has_pending_signup;
      await this.accounts.createPending(
        sha256(token),
        { user_id, tenant_id, email, password_hash, attributes },
        { token_sent: is_free, network: networkOf(ctx.ip) },
      );
      const template = is_free
        ? verificationLink(email, token)
        : status.has_account
          ? accountExists({ email, tenant_id })
          : signupPending({ email, tenant_id });
      await this.mailQueue.add(status.tenant_exists ? template : withoutRecipient(template));
    });
    return { user_id, message: 'We sent you an e-mail. Open the link in it to confirm your address.' };
  }
}
