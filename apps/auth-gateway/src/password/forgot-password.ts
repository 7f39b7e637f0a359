import type { EmailRecipient, Message } from '@skep/contracts';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { nothingToReset, passwordReset } from '../account/letters.js';
import { Mails } from '../mail/mails.js';
import { mailToken, sha256 } from '../secrets/opaque.js';
import { Attempts } from './attempts.js';
import { PasswordRepository } from './password.repository.js';

/** Mails to one address in an hour, from wherever they are asked for: nobody's mailbox is flooded through us. */
const MAILS_AN_HOUR = 5;

/**
 * The answer and the work are the same whether the address has an account or not: one row, one mail. The link also opens an
 * account for a sign-up that waits, with the new password: whoever signed up with somebody else's address cannot keep it.
 */
@Injectable()
export class ForgotPassword {
  constructor(
    private readonly db: Database,
    private readonly passwords: PasswordRepository,
    private readonly attempts: Attempts,
    private readonly mails: Mails,
  ) {}

  /** @throws Problem `too_many_requests` */
  async run(ctx: Ctx, { email, tenant_id }: EmailRecipient): Promise<Message> {
    const target = { email, tenant_id };
    await this.attempts.check('forgot', ctx, target);
    const token = mailToken();
    await this.db.transaction(async () => {
      await this.attempts.count('forgot', ctx, target);
      const { open, asked } = await this.passwords.standing(target);
      const send = asked < MAILS_AN_HOUR;
      await this.passwords.expect(sha256(token), target, open && send);
      if (send) await this.mails.add(open ? passwordReset(email, token) : nothingToReset(email));
    });
    return { message: 'We have sent an e-mail to this address. Open the link in it to choose a new password.' };
  }
}
