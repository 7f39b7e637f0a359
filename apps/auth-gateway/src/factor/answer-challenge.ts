import { Problem } from '@skep/contracts';
import { ChallengeEnded, type SecondFactorAnswer, WrongFactor } from '@skep/contracts/auth';
import { type Ctx, Database, LOG, type Log } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { AccountRepository, type Credential, type UserIdentity } from '../account/account.repository.js';
import { Attempts } from '../attempt/attempts.js';
import { aboutUser, Audit } from '../audit/audit.js';
import { type ChallengeOwner, Challenges } from '../challenge/challenges.js';
import { MailQueue } from '../mail/mail-queue.js';
import { sha256 } from '../secrets/opaque-tokens.js';
import { CheckFactor } from './check-factor.js';
import { totpGuessed } from './email-templates.js';
import { FACTORS, assertExactlyOne } from './proof.js';
import type { ChallengePurpose } from './require-factor.js';

/** What to do for the user who answered the challenge. */
type OnAnswered<T> = (user: UserIdentity, password_hash: string) => Promise<T>;

/**
 * The second step of a login: verifies the second factor for a challenge. A challenge ends when it is answered, after five minutes,
 * after five wrong answers, or when the password changes.
 */
@Injectable()
export class AnswerChallenge {
  constructor(
    private readonly db: Database,
    private readonly accounts: AccountRepository,
    private readonly challenges: Challenges,
    private readonly check: CheckFactor,
    private readonly attempts: Attempts,
    private readonly mailQueue: MailQueue,
    private readonly audit: Audit,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /**
   * Runs `then` in the transaction that deletes the challenge.
   * @throws Problem `challenge_ended`, `wrong_factor`, `too_many_requests`, `invalid_input`, and those of `then`
   */
  async run<T>(ctx: Ctx, purpose: ChallengePurpose, input: SecondFactorAnswer, then: OnAnswered<T>): Promise<T> {
    assertExactlyOne(FACTORS, input);
    // The transaction must commit, so that a wrong answer is counted.
    const outcome = await this.db.transaction(async () => {
      const owner = await this.challenges.lock(input.challenge, purpose);
      if (!owner) return ChallengeEnded();
      return this.db.inTenant(owner.tenant_id, () => this.verifyAnswer(ctx, owner, input, then));
    });
    if (outcome instanceof Problem) throw outcome;
    return outcome.result;
  }

  private async verifyAnswer<T>(
    ctx: Ctx,
    { user_id, tenant_id, proof }: Required<ChallengeOwner>,
    input: SecondFactorAnswer,
    then: OnAnswered<T>,
  ) {
    const credential = await this.accounts.lockCredential(user_id);
    const user = await this.accounts.findActiveUser(user_id, tenant_id);
    if (!user || !credential?.password_hash || !sha256(credential.password_hash).equals(proof)) return ChallengeEnded();
    if (!(await this.check.run(ctx, credential, input, input.challenge))) return this.recordWrongAnswer(ctx, credential, input);
    await this.challenges.delete(input.challenge);
    await this.attempts.reset('login', ctx, credential);
    return { result: await then(user, credential.password_hash) };
  }

  private async recordWrongAnswer(
    ctx: Ctx,
    { user_id, tenant_id, email }: Credential,
    { challenge, code }: SecondFactorAnswer,
  ): Promise<Problem> {
    const is_last = await this.challenges.countWrongAnswer(challenge);
    this.log.warn({ user: user_id, request: ctx.request, ip: ctx.ip }, 'wrong second factor after a correct password');
    if (is_last) await this.audit.record(ctx, { action: 'login.second_factor_failed', tenant_id, ...aboutUser(user_id) });
    if (is_last && code) await this.mailQueue.add(totpGuessed({ email, tenant_id }));
    return WrongFactor();
  }
}
