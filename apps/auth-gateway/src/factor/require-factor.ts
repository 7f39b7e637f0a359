import { type Problem, type SecondFactorChallenge, SecondFactorRequired } from '@skep/contracts';
import { Injectable } from '@nestjs/common';
import type { Person } from '../account/account.repository.js';
import { PasskeyRepository } from '../passkey/passkey.repository.js';
import { RelyingParty } from '../passkey/relying-party.js';
import { sha256 } from '../secrets/opaque.js';
import { CHALLENGE_SECONDS, Challenges } from './challenges.js';
import { FactorRepository } from './factor.repository.js';

/** What a challenge leads to: a session, or the approval of the device with this code. */
export type Aim = 'login' | `device:${string}`;

/** Asks somebody who has proved the password for more: the problem holds a challenge, and what may answer it. */
@Injectable()
export class RequireFactor {
  constructor(
    private readonly factors: FactorRepository,
    private readonly passkeys: PasskeyRepository,
    private readonly party: RelyingParty,
    private readonly challenges: Challenges,
  ) {}

  async run({ user_id, tenant_id }: Person, password_hash: string, aim: Aim): Promise<Problem> {
    const [held, passkeys] = await Promise.all([this.factors.held(user_id, tenant_id), this.passkeys.of(user_id)]);
    const challenge = await this.challenges.issue(aim, { user_id, tenant_id, proof: sha256(password_hash) });
    const methods: SecondFactorChallenge['methods'] = [];
    if (held?.totp_since) methods.push('totp');
    if (passkeys.length) methods.push('passkey');
    if (held?.recovery_codes_left) methods.push('recovery_code');
    const more: SecondFactorChallenge = { challenge, methods, expires_in: CHALLENGE_SECONDS };
    if (passkeys.length) more.passkey_options = { ...(await this.party.toSign(challenge, passkeys)) };
    return SecondFactorRequired(undefined, undefined, more);
  }
}
