import type { Signup, SignupReceipt } from '@skep/contracts';
import { type Ctx, Database, networkOf } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { Mails, toNobody } from '../mail/mails.js';
import { Attempts } from '../password/attempts.js';
import { Passwords } from '../password/passwords.js';
import { mailToken, sha256 } from '../secrets/opaque.js';
import { AccountRepository, newUserId } from './account.repository.js';
import { accountExists, signupWaits, verification } from './letters.js';

/** The caller learns nothing of whether the address has an account or the tenant exists; the owner of the address does, by mail. */
@Injectable()
export class SignUp {
  constructor(
    private readonly db: Database,
    private readonly accounts: AccountRepository,
    private readonly passwords: Passwords,
    private readonly attempts: Attempts,
    private readonly mails: Mails,
  ) {}

  /** @throws Problem `too_many_requests` */
  async run(ctx: Ctx, { email, tenant_id, password, first_name, last_name }: Signup): Promise<SignupReceipt> {
    await this.attempts.check('signup', ctx, { email, tenant_id });
    const password_hash = await this.passwords.hash(ctx, password);
    const token = mailToken();
    const user_id = newUserId();
    await this.db.transaction(async () => {
      await this.attempts.count('signup', ctx, { email, tenant_id });
      const known = await this.accounts.known(tenant_id, email);
      const attributes = { ...(first_name && { first_name }), ...(last_name && { last_name }) };
      const free = known.tenant && !known.account && !known.waiting;
      await this.accounts.expect(
        sha256(token),
        { user_id, tenant_id, email, password_hash, attributes },
        { told: free, network: networkOf(ctx.ip) },
      );
      const letter = free
        ? verification(email, token)
        : known.account
          ? accountExists({ email, tenant_id })
          : signupWaits({ email, tenant_id });
      await this.mails.add(known.tenant ? letter : toNobody(letter));
    });
    return { user_id, message: 'We have sent you an e-mail. Open the link in it to confirm your address.' };
  }
}
