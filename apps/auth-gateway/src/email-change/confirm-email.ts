import type { Message } from '@skep/contracts';
import { type ConfirmEmail as Input, InvalidToken } from '@skep/contracts/auth';
import { type Ctx, Database, LOG, type Log } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { AccountRepository } from '../account/account.repository.js';
import { aboutUser, Audit } from '../audit/audit.js';
import { MailQueue } from '../mail/mail-queue.js';
import { PasswordResetRepository } from '../password-reset/password-reset.repository.js';
import { sha256 } from '../secrets/opaque-tokens.js';
import { EmailChangeRepository, type EmailChangeRequest } from './email-change.repository.js';
import { emailChanged } from './email-templates.js';

/** https://www.postgresql.org/docs/18/errcodes-appendix.html */
const UNIQUE_VIOLATION = '23505';

/** Completes a change of an e-mail address by the link sent to the new address. */
@Injectable()
export class ConfirmEmail {
  constructor(
    private readonly db: Database,
    private readonly changes: EmailChangeRepository,
    private readonly accounts: AccountRepository,
    private readonly resets: PasswordResetRepository,
    private readonly mailQueue: MailQueue,
    private readonly audit: Audit,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /**
   * Changes the address. Sessions stay, and their next access tokens contain the new address. Password reset links for both addresses
   * become invalid, and pending sign-ups for the new one are deleted.
   * @throws Problem `invalid_token`
   */
  async run(ctx: Ctx, { token }: Input): Promise<Message> {
    const work = this.db.transaction(async () => {
      const request = await this.changes.consume(sha256(token));
      if (!request) throw InvalidToken();
      await this.db.inTenant(request.tenant_id, () => this.change(ctx, request));
    });
    await work.catch((error: unknown) => {
      // A concurrent request has taken the address.
      throw (error as { code?: string }).code === UNIQUE_VIOLATION ? InvalidToken() : error;
    });
    return { message: 'Your e-mail address was changed. Sign in with the new one from now on.' };
  }

  private async change(ctx: Ctx, request: EmailChangeRequest): Promise<void> {
    const owner = await this.accounts.lockCredential(request.account_id);
    const address = { tenant_id: request.tenant_id, email: request.new_email };
    if (!owner || !(await this.accounts.changeEmail(owner.user_id, address))) throw InvalidToken();
    const { user_id, tenant_id, email } = owner;
    for (const each of [owner, address]) await this.resets.voidAll(each);
    // Without the addresses, because entries stay in the log when a user is erased.
    await this.audit.record(ctx, { action: 'email.changed', tenant_id, actor_id: user_id, ...aboutUser(user_id) });
    await this.mailQueue.add(emailChanged(email));
    this.log.info({ user: user_id, request: ctx.request, ip: ctx.ip }, 'e-mail address changed');
  }
}
