import type { FactorAnswer } from '@skep/contracts/auth';
import type { Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { Credential } from '../account/account.repository.js';
import { Attempts } from '../attempt/attempts.js';
import { aboutUser, Audit } from '../audit/audit.js';
import { MailQueue } from '../mail/mail-queue.js';
import { CheckPasskey } from '../passkey/check-passkey.js';
import { recoveryCodeUsed } from './email-templates.js';
import { FactorRepository } from './factor.repository.js';
import { findMatchingStep } from './totp.js';

/**
 * Verifies a second factor. Wrong answers are counted per account and network. Wrong TOTP codes are also counted across all networks,
 * per account and password: only someone who knows the password can use up that limit, and the user can still use a recovery code or a
 * passkey, which cannot be guessed, or change the password.
 */
@Injectable()
export class CheckFactor {
  constructor(
    private readonly factors: FactorRepository,
    private readonly passkey: CheckPasskey,
    private readonly attempts: Attempts,
    private readonly mailQueue: MailQueue,
    private readonly audit: Audit,
  ) {}

  /**
   * Call it in a transaction that has locked the account and commits even if this returns false, so that wrong answers are counted.
   * @param challenge the challenge that a passkey must have signed; by default any that was issued for passkeys
   * @throws Problem `too_many_requests`
   */
  async run(ctx: Ctx, owner: Credential, answer: FactorAnswer, challenge?: string): Promise<boolean> {
    const anyNetwork = { ...owner, email: `${owner.user_id} ${owner.password_hash}` };
    await this.attempts.check('factor', ctx, owner);
    if (answer.code) await this.attempts.check('totp', ctx, anyNetwork);
    if (await this.isCorrect(ctx, owner, answer, challenge)) {
      await this.attempts.reset('factor', ctx, owner);
      return true;
    }
    await this.attempts.count('factor', ctx, owner);
    if (answer.code) await this.attempts.count('totp', ctx, anyNetwork);
    return false;
  }

  private async isCorrect(ctx: Ctx, { user_id, tenant_id, email }: Credential, answer: FactorAnswer, challenge?: string): Promise<boolean> {
    if (answer.passkey) return (await this.passkey.run(ctx, answer.passkey, challenge, user_id)) !== undefined;
    if (answer.code) return this.consumeTotpCode(user_id, answer.code, 'confirmed');
    if (!answer.recovery_code || !(await this.factors.consumeRecoveryCode(user_id, answer.recovery_code))) return false;
    await this.audit.record(ctx, { action: 'recovery_code.used', tenant_id, actor_id: user_id, ...aboutUser(user_id) });
    await this.mailQueue.add(recoveryCodeUsed({ email, tenant_id }));
    return true;
  }

  /** Verifies a TOTP code and marks its time step as used. For a `pending` app this confirms the app. */
  async consumeTotpCode(user_id: string, code: string, state: 'confirmed' | 'pending'): Promise<boolean> {
    const totp = await this.factors.findTotp(user_id, state);
    const step = totp && findMatchingStep(totp.secret, code.replace(' ', ''), Date.now(), totp.last_step);
    if (step === undefined) return false;
    await this.factors.recordTotpStep(user_id, step);
    return true;
  }
}
