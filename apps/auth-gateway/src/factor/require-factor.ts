import type { Problem } from '@skep/contracts';
import { type SecondFactorChallenge, SecondFactorRequired } from '@skep/contracts/auth';
import { Injectable } from '@nestjs/common';
import type { UserIdentity } from '../account/account.repository.js';
import { CHALLENGE_SECONDS, Challenges } from '../challenge/challenges.js';
import { PasskeyRepository } from '../passkey/passkey.repository.js';
import { RelyingParty } from '../passkey/relying-party.js';
import { sha256 } from '../secrets/opaque-tokens.js';
import { FactorRepository } from './factor.repository.js';

/** What answering a challenge gives: a session, the approval of the device with this user code, or the sign-in of this authorization request. */
export type ChallengePurpose = 'login' | `device:${string}` | `oauth:${string}`;

/** Builds the problem that asks for a second factor after a correct password. It contains a challenge and the available methods. */
@Injectable()
export class RequireFactor {
  constructor(
    private readonly factors: FactorRepository,
    private readonly passkeys: PasskeyRepository,
    private readonly relyingParty: RelyingParty,
    private readonly challenges: Challenges,
  ) {}

  async run({ user_id, tenant_id }: UserIdentity, password_hash: string, purpose: ChallengePurpose): Promise<Problem> {
    const [status, passkeys] = await Promise.all([this.factors.findStatus(user_id, tenant_id), this.passkeys.listOf(user_id)]);
    const challenge = await this.challenges.issue(purpose, { user_id, tenant_id, proof: sha256(password_hash) });
    const methods: SecondFactorChallenge['methods'] = [];
    if (status?.totp_since) methods.push('totp');
    if (passkeys.length) methods.push('passkey');
    if (status?.recovery_codes_left) methods.push('recovery_code');
    const details: SecondFactorChallenge = { challenge, methods, expires_in: CHALLENGE_SECONDS };
    if (passkeys.length) details.passkey_options = { ...(await this.relyingParty.buildRequestOptions(challenge, passkeys)) };
    return SecondFactorRequired(undefined, undefined, details);
  }
}
