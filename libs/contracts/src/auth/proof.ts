import { Json, Optional, Text } from '../fields.js';
import { problem, TooManyRequests } from '../problem.js';
import { UserNotFound } from './account.js';
import { WrongPassword } from './credentials.js';

/** The members of `second_factor_required` that lead on: how to go on with `POST /v1/auth/login/second-factor`. */
export interface SecondFactorChallenge {
  /** Works once, with five wrong answers at the most. */
  challenge: string;
  methods: ('totp' | 'passkey' | 'recovery_code')[];
  /** Seconds until the challenge ends. */
  expires_in: number;
  /** Where `methods` has `passkey`: PublicKeyCredentialRequestOptionsJSON (WebAuthn L3 §5.10). */
  passkey_options?: Record<string, unknown>;
}

export const SecondFactorRequired = problem(
  'second_factor_required',
  401,
  'This account has a second factor. Sign in with a program or a page that asks for it.',
);
export const WrongFactor = problem('wrong_factor', 400, 'This code or passkey is not right.');
export const ChallengeEnded = problem('challenge_ended', 400, 'This took too long, or was tried too often. Begin again.');

/** A second factor as its person presents it: one of the three. */
export class FactorAnswer {
  @Optional() @Text({ pattern: /^\d{3} ?\d{3}$/, example: '492039', description: 'Of the authenticator app; works once.' }) code?: string;
  @Optional()
  @Text({ min: 1, max: 64, example: 'K7QPM-3XWN9', description: 'Works once. In any case; all but digits and letters is passed over.' })
  recovery_code?: string;
  @Optional()
  @Json({ description: 'AuthenticationResponseJSON (WebAuthn L3 §5.1): what `navigator.credentials.get` gives.' })
  passkey?: Record<string, unknown>;
}

/** That it is really the person who asks: the password, or a second factor; one of them. */
export class Proof extends FactorAnswer {
  @Optional() @Text({ min: 1, max: 128 }) password?: string;
}

/** What may go wrong wherever a person has to prove once more who they are. */
export const PROOF_PROBLEMS = [WrongPassword, WrongFactor, UserNotFound, TooManyRequests] as const;
