import { Json, Optional, Shape, Text } from '../fields.js';
import { problem, TooManyRequests } from '../problem.js';
import { UserNotFound } from './account.js';
import { CurrentPassword, WrongPassword } from './credentials.js';

/** Additional members of the problem `second_factor_required`, for `POST /v1/auth/login/second-factor`. */
export interface SecondFactorChallenge {
  /** Works once, and allows five wrong answers. */
  challenge: string;
  methods: ('totp' | 'passkey' | 'recovery_code')[];
  /** Seconds until the challenge expires. */
  expires_in: number;
  /** PublicKeyCredentialRequestOptionsJSON (WebAuthn L3 §5.10), if `methods` contains `passkey`. */
  passkey_options?: Record<string, unknown>;
}

export const SecondFactorRequired = problem(
  'second_factor_required',
  401,
  'This account requires a second factor. Sign in with a client that asks for it.',
);
export const WrongFactor = problem('wrong_factor', 400, 'This code or passkey is wrong.');
export const ChallengeEnded = problem('challenge_ended', 400, 'The challenge has expired or was answered wrongly too often. Start again.');

/** Six digits, perhaps with a space in the middle. */
export const totpCode = () =>
  Text({ pattern: /^\d{3} ?\d{3}$/, description: 'Six digits of the authenticator app. A code works once.', example: '492039' });

@Shape('A second factor: one of `code`, `recovery_code` and `passkey`.')
export class FactorAnswer {
  @Optional() @totpCode() code?: string;
  @Optional()
  @Text({
    min: 1,
    max: 64,
    description:
      'A recovery code, such as `K7QPM-3XWN9`. A code works once. Case-insensitive; characters other than letters and digits are ignored.',
  })
  recovery_code?: string;
  @Optional()
  @Json({ description: 'AuthenticationResponseJSON (WebAuthn L3 §5.1): the result of `navigator.credentials.get`.' })
  passkey?: Record<string, unknown>;
}

@Shape('Reauthentication: one of the password and a second factor.')
export class Proof extends FactorAnswer {
  @Optional() @CurrentPassword({ description: 'Your password.', example: undefined }) password?: string;
}

/** Problems of every operation that requires reauthentication. */
export const PROOF_PROBLEMS = [WrongPassword, WrongFactor, UserNotFound, TooManyRequests] as const;
