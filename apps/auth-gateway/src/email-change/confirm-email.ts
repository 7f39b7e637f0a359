import { type ConfirmEmail as Input, InvalidToken, type Message } from '@skep/contracts';
import { type Ctx, Database, LOG, type Log } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { aboutUser, Audit } from '../audit/audit.js';
import { Mails } from '../mail/mails.js';
import { PasswordRepository } from '../password/password.repository.js';
import { sha256 } from '../secrets/opaque.js';
import { EmailChangeRepository, type Wish } from './email-change.repository.js';
import { emailChanged } from './letters.js';

/** https://www.postgresql.org/docs/18/errcodes-appendix.html */
const UNIQUE_VIOLATION = '23505';

@Injectable()
export class ConfirmEmail {
  constructor(
    private readonly db: Database,
    private readonly changes: EmailChangeRepository,
    private readonly credentials: PasswordRepository,
    private readonly mails: Mails,
    private readonly audit: Audit,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /**
   * Sessions go on, and say the new address from their next tokens on. Links to a new password that went to the old address, or
   * for a sign-up of the new one, are void: they would open another account.
   * @throws Problem `invalid_token`
   */
  async run(ctx: Ctx, { token }: Input): Promise<Message> {
    const work = this.db.transaction(async () => {
      const wish = await this.changes.take(sha256(token));
      if (!wish) throw InvalidToken();
      await this.db.inTenant(wish.tenant_id, () => this.change(ctx, wish));
    });
    await work.catch((error: unknown) => {
      // Somebody else got the address at the same moment.
      throw (error as { code?: string }).code === UNIQUE_VIOLATION ? InvalidToken() : error;
    });
    return { message: 'Your e-mail address is changed. Log in with the new one from now on.' };
  }

  private async change(ctx: Ctx, wish: Wish): Promise<void> {
    const owner = await this.credentials.lock(wish.account_id);
    if (!owner || !(await this.changes.change(wish))) throw InvalidToken();
    const { user_id, tenant_id, email } = owner;
    for (const address of [email, wish.new_email]) await this.credentials.voidResets({ tenant_id, email: address });
    // Without the addresses: nothing is ever taken out of the log, and a person may ask to be forgotten.
    await this.audit.record(ctx, { action: 'email.changed', tenant_id, actor_id: user_id, ...aboutUser(user_id) });
    await this.mails.add(emailChanged(email));
    this.log.info({ user: user_id, request: ctx.request, ip: ctx.ip }, 'an e-mail address was changed');
  }
}
