import { InvalidToken, type Message, type ResetPassword as Input } from '@skep/contracts';
import { type Ctx, Database, LOG, type Log } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { AccountRepository, newUserId } from '../account/account.repository.js';
import { passwordChanged } from '../account/letters.js';
import { aboutUser, Audit } from '../audit/audit.js';
import { EmailChangeRepository } from '../email-change/email-change.repository.js';
import { Mails } from '../mail/mails.js';
import { sha256 } from '../secrets/opaque.js';
import { EndSession } from '../session/end-session.js';
import { Attempts, type Target } from './attempts.js';
import { PasswordRepository } from './password.repository.js';
import { Passwords } from './passwords.js';

@Injectable()
export class ResetPassword {
  constructor(
    private readonly db: Database,
    private readonly accounts: AccountRepository,
    private readonly credentials: PasswordRepository,
    private readonly emailChanges: EmailChangeRepository,
    private readonly passwords: Passwords,
    private readonly attempts: Attempts,
    private readonly endSession: EndSession,
    private readonly mails: Mails,
    private readonly audit: Audit,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /**
   * An account keeps everything, its second factors too, but for its password, its sessions and links that wait. Where only a sign-up waited, the link has proved the address:
   * an account is opened, with nothing of that sign-up, which may have been somebody else's.
   * @throws Problem `invalid_token`, `too_many_requests`
   */
  async run(ctx: Ctx, { token, new_password }: Input): Promise<Message> {
    const password_hash = await this.passwords.hash(ctx, new_password, 'new_password');
    await this.db.transaction(async () => {
      const target = await this.credentials.take(sha256(token));
      if (!target) throw InvalidToken();
      await this.db.inTenant(target.tenant_id, () => this.choose(ctx, target, password_hash));
    });
    this.log.info({ request: ctx.request, ip: ctx.ip }, 'a password was reset by the link in a mail');
    return { message: 'Your password is changed. Log in with the new one.' };
  }

  private async choose(ctx: Ctx, target: Target, password_hash: string): Promise<void> {
    const person = await this.credentials.set(target, password_hash);
    if (person) await this.ended(ctx, person);
    else await this.openAccount(ctx, target, password_hash);
    await this.credentials.voidResets(target);
    await this.attempts.forget('login', ctx, target);
    await this.mails.add(passwordChanged(target));
  }

  private async ended(ctx: Ctx, { user_id, tenant_id }: { user_id: string; tenant_id: string }): Promise<void> {
    await this.emailChanges.void(user_id);
    const sessions_ended = await this.endSession.all(ctx, { user_id, tenant_id }, 'password_reset');
    await this.audit.record(ctx, {
      action: 'password.reset',
      tenant_id,
      actor_id: user_id,
      ...aboutUser(user_id),
      metadata: { sessions_ended },
    });
  }

  private async openAccount(ctx: Ctx, target: Target, password_hash: string): Promise<void> {
    const account = { user_id: newUserId(), ...target, password_hash, attributes: {} };
    const person = await this.accounts.create(ctx, account, 'user', 'password reset');
    if (!person) throw InvalidToken();
  }
}
