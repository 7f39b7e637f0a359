import type { FactorAnswer } from '@skep/contracts';
import type { Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { recoveryCodeUsed } from './letters.js';
import { aboutUser, Audit } from '../audit/audit.js';
import { Mails } from '../mail/mails.js';
import { CheckPasskey } from '../passkey/check-passkey.js';
import { Attempts } from '../password/attempts.js';
import type { Credential } from '../password/password.repository.js';
import { FactorRepository } from './factor.repository.js';
import { stepOf } from './totp.js';

/**
 * Is this person's second factor right? Wrong ones count for the network that they come from. Codes of an authenticator app also
 * count from anywhere, for the present password: only who knows that gets here, so nobody else can lock a person out; and the
 * person still has recovery codes and passkeys, which cannot be guessed, or chooses another password.
 */
@Injectable()
export class CheckFactor {
  constructor(
    private readonly factors: FactorRepository,
    private readonly passkey: CheckPasskey,
    private readonly attempts: Attempts,
    private readonly mails: Mails,
    private readonly audit: Audit,
  ) {}

  /**
   * For a transaction that holds the lock on the person's account, and commits also when this is false.
   * @param challenge what a passkey has to sign; without one, any that was issued for passkeys
   * @throws Problem `too_many_requests`
   */
  async run(ctx: Ctx, owner: Credential, answer: FactorAnswer, challenge?: string): Promise<boolean> {
    const guessed = { ...owner, email: `${owner.user_id} ${owner.password_hash}` };
    await this.attempts.check('factor', ctx, owner);
    if (answer.code) await this.attempts.check('totp', ctx, guessed);
    if (await this.fits(ctx, owner, answer, challenge)) {
      await this.attempts.forget('factor', ctx, owner);
      return true;
    }
    await this.attempts.count('factor', ctx, owner);
    if (answer.code) await this.attempts.count('totp', ctx, guessed);
    return false;
  }

  private async fits(ctx: Ctx, { user_id, tenant_id, email }: Credential, answer: FactorAnswer, challenge?: string): Promise<boolean> {
    if (answer.passkey) return (await this.passkey.run(ctx, answer.passkey, challenge, user_id)) !== undefined;
    if (answer.code) return this.takeCode(user_id, answer.code, 'confirmed');
    if (!answer.recovery_code || !(await this.factors.useRecoveryCode(user_id, answer.recovery_code))) return false;
    await this.audit.record(ctx, { action: 'recovery_code.used', tenant_id, actor_id: user_id, ...aboutUser(user_id) });
    await this.mails.add(recoveryCodeUsed({ email, tenant_id }));
    return true;
  }

  /** A code of an app that is confirmed, or that is confirmed with it. */
  async takeCode(user_id: string, code: string, which: 'confirmed' | 'waiting'): Promise<boolean> {
    const totp = await this.factors.totp(user_id, which);
    const step = totp && stepOf(totp.secret, code.replace(' ', ''), Date.now(), totp.last);
    if (step === undefined) return false;
    await this.factors.taken(user_id, step);
    return true;
  }
}
