import { Message, Empty } from '../common.js';
import { operation } from '../define.js';
import { Bool, Instant, Int, List, Nullable, Text } from '../fields.js';
import { Conflict, problem, TooManyRequests } from '../problem.js';
import { EmailRecipient, UserNotFound } from './account.js';
import { TenantSuspended, Tokens } from './credentials.js';
import { PasskeyItem } from './passkey.js';
import { ChallengeEnded, FactorAnswer, Proof, PROOF_PROBLEMS, WrongFactor } from './proof.js';

export class Factors {
  @Bool({ description: 'A login asks for more than the password: so it is as soon as there is an app or a passkey.' })
  second_factor!: boolean;
  @Nullable() @Instant({ description: 'Since when an authenticator app gives codes.' }) totp_since!: Date | null;
  @List(() => PasskeyItem) passkeys!: PasskeyItem[];
  @Int({ description: 'Recovery codes that have not been used.' }) recovery_codes_left!: number;
}

export class TotpSecret {
  @Text({ example: 'JBSWY3DPEHPK3PXP', description: 'Base32; for one who cannot scan. Shown this once.' }) secret!: string;
  @Text({ description: 'For a QR code: SHA-1, 6 digits, 30 seconds (RFC 6238).' }) otpauth_url!: string;
  @Int({ description: 'Seconds in which to confirm it with a code.' }) expires_in!: number;
}

export class TotpCode {
  @Text({ pattern: /^\d{3} ?\d{3}$/, example: '492039' }) code!: string;
}

export class RecoveryCodes {
  @List('text', {
    description: 'Each opens the account once in place of another factor. Shown this once; empty where you keep those you have.',
  })
  recovery_codes!: string[];
}

export class SecondFactorAnswer extends FactorAnswer {
  @Text({ min: 1, max: 64, description: 'Of the problem `second_factor_required`.' }) challenge!: string;
}

export const FactorNotFound = problem('factor_not_found', 404, 'There is no such factor.');

export const factorMembers = {
  loginWithSecondFactor: operation('Finish a login with a second factor', {
    input: SecondFactorAnswer,
    output: Tokens,
    secret: true,
    problems: [WrongFactor, ChallengeEnded, TenantSuspended, TooManyRequests],
  }),
  listFactors: operation('List your second factors', { input: Empty, output: Factors, problems: [UserNotFound] }),
  startTotp: operation('Begin with an authenticator app', {
    input: Proof,
    output: TotpSecret,
    secret: true,
    problems: [...PROOF_PROBLEMS, Conflict],
  }),
  confirmTotp: operation('Confirm the authenticator app with its first code, which ends your other sessions', {
    input: TotpCode,
    output: RecoveryCodes,
    secret: true,
    problems: [WrongFactor, FactorNotFound, UserNotFound, TooManyRequests],
  }),
  disableTotp: operation('Take away the authenticator app, which ends your other sessions', {
    input: Proof,
    output: Message,
    problems: [...PROOF_PROBLEMS, FactorNotFound],
  }),
  regenerateRecoveryCodes: operation('Replace your recovery codes', {
    input: Proof,
    output: RecoveryCodes,
    secret: true,
    problems: [...PROOF_PROBLEMS, FactorNotFound],
  }),
  /** Internal: for `npm run skep -- factors remove`. Who asks must have made sure whom they do it for. */
  removeFactors: operation('Remove all second factors of somebody who has lost them', {
    input: EmailRecipient,
    output: Message,
    problems: [UserNotFound, FactorNotFound],
  }),
};
