import { ChallengeEnded, Problem, type SecondFactorAnswer, WrongFactor } from '@skep/contracts';
import { type Ctx, Database, LOG, type Log } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { AccountRepository, type Person } from '../account/account.repository.js';
import { aboutUser, Audit } from '../audit/audit.js';
import { Mails } from '../mail/mails.js';
import { Attempts } from '../password/attempts.js';
import { type Credential, PasswordRepository } from '../password/password.repository.js';
import { sha256 } from '../secrets/opaque.js';
import { FACTORS, oneOf } from './answer.js';
import { type Bearer, Challenges } from './challenges.js';
import { CheckFactor } from './check-factor.js';
import { codesGuessed } from './letters.js';
import type { Aim } from './require-factor.js';

/** What the challenge leads to, for who has answered it. */
type Then<T> = (person: Person, password_hash: string) => Promise<T>;

/**
 * The second step of a login: the challenge with a second factor gives what the login was for. A challenge ends when it is used,
 * after five minutes, with the fifth wrong answer, or with another password.
 */
@Injectable()
export class AnswerChallenge {
  constructor(
    private readonly db: Database,
    private readonly accounts: AccountRepository,
    private readonly credentials: PasswordRepository,
    private readonly challenges: Challenges,
    private readonly check: CheckFactor,
    private readonly attempts: Attempts,
    private readonly mails: Mails,
    private readonly audit: Audit,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /**
   * Does what the challenge leads to, in the transaction that spends it.
   * @throws Problem `challenge_ended`, `wrong_factor`, `too_many_requests`, `invalid_input`, and those of `then`
   */
  async run<T>(ctx: Ctx, aim: Aim, input: SecondFactorAnswer, then: Then<T>): Promise<T> {
    oneOf(FACTORS, input);
    // A wrong answer is counted, so the transaction must not fail with it.
    const outcome = await this.db.transaction(async () => {
      const bearer = await this.challenges.lock(input.challenge, aim);
      if (!bearer) return ChallengeEnded();
      return this.db.inTenant(bearer.tenant_id, () => this.settle(ctx, bearer, input, then));
    });
    if (outcome instanceof Problem) throw outcome;
    return outcome.done;
  }

  private async settle<T>(ctx: Ctx, { user_id, tenant_id, proof }: Required<Bearer>, input: SecondFactorAnswer, then: Then<T>) {
    const owner = await this.credentials.lock(user_id);
    const person = await this.accounts.active(user_id, tenant_id);
    if (!person || !owner?.password_hash || !sha256(owner.password_hash).equals(proof)) return ChallengeEnded();
    if (!(await this.check.run(ctx, owner, input, input.challenge))) return this.wrong(ctx, owner, input);
    await this.challenges.spend(input.challenge);
    await this.attempts.forget('login', ctx, owner);
    return { done: await then(person, owner.password_hash) };
  }

  private async wrong(ctx: Ctx, { user_id, tenant_id, email }: Credential, { challenge, code }: SecondFactorAnswer): Promise<Problem> {
    const last = await this.challenges.wrong(challenge);
    this.log.warn({ user: user_id, request: ctx.request, ip: ctx.ip }, 'a right password was followed by a wrong second factor');
    if (last) await this.audit.record(ctx, { action: 'login.second_factor_failed', tenant_id, ...aboutUser(user_id) });
    if (last && code) await this.mails.add(codesGuessed({ email, tenant_id }));
    return WrongFactor();
  }
}
