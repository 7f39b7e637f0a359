import { Message, Empty } from '../common.js';
import { operation } from '../define.js';
import { Bool, Instant, Int, List, Nullable, Shape, Text } from '../fields.js';
import { Conflict, problem, TooManyRequests } from '../problem.js';
import { EmailRecipient, UserNotFound } from './account.js';
import { TenantSuspended, Tokens } from './credentials.js';
import { PasskeyItem } from './passkey.js';
import { ChallengeEnded, FactorAnswer, Proof, PROOF_PROBLEMS, totpCode, WrongFactor } from './proof.js';

@Shape('Your second factors.')
export class Factors {
  @Bool({ description: 'True if a sign-in requires a second factor: if there is an authenticator app or a passkey.' })
  second_factor!: boolean;
  @Nullable() @Instant({ description: 'When the authenticator app was added. Null if there is none.' }) totp_since!: Date | null;
  @List(() => PasskeyItem, { description: 'Your passkeys.' }) passkeys!: PasskeyItem[];
  @Int({ description: 'Number of unused recovery codes.', example: 10 }) recovery_codes_left!: number;
}

@Shape('The secret of a new authenticator app (TOTP, RFC 6238).')
export class TotpSecret {
  @Text({ example: 'JBSWY3DPEHPK3PXP', description: 'Secret in Base32, to enter by hand. Shown only in this answer.' })
  secret!: string;
  @Text({
    description: 'URL for a QR code: SHA-1, 6 digits, 30 seconds.',
    example: 'otpauth://totp/Skep:ada%40example.com?secret=JBSWY3DPEHPK3PXP&issuer=Skep',
  })
  otpauth_url!: string;
  @Int({ description: 'Seconds within which the secret must be confirmed with a code.', example: 600 }) expires_in!: number;
}

@Shape('A code of the authenticator app.')
export class TotpCode {
  @totpCode() code!: string;
}

@Shape('New recovery codes.')
export class RecoveryCodes {
  @List('text', {
    description: 'Each works once in place of another factor. Shown only in this answer. Empty if you keep the codes that you have.',
    example: ['K7QPM-3XWN9', 'D2VHC-8JRTZ'],
  })
  recovery_codes!: string[];
}

@Shape('The answer to a second factor challenge: one of `code`, `recovery_code` and `passkey`.')
export class SecondFactorAnswer extends FactorAnswer {
  @Text({ min: 1, max: 64, description: '`challenge` of the problem `second_factor_required`.', example: 'pXq7Rk2mVb9sT4yNcJ0wLg' })
  challenge!: string;
}

export const FactorNotFound = problem('factor_not_found', 404, 'Second factor not found.');

export const factorMembers = {
  loginWithSecondFactor: operation('Sign in with a second factor', {
    description: 'Completes a sign-in that was answered with the problem `second_factor_required`.',
    input: SecondFactorAnswer,
    output: Tokens,
    secret: true,
    problems: [WrongFactor, ChallengeEnded, TenantSuspended, TooManyRequests],
  }),
  listFactors: operation('List your second factors', {
    description: 'Shows the authenticator app, the passkeys and the number of unused recovery codes.',
    input: Empty,
    output: Factors,
    problems: [UserNotFound],
  }),
  startTotp: operation('Start adding an authenticator app', {
    description: 'The app counts as a second factor after its first code is confirmed.',
    input: Proof,
    output: TotpSecret,
    secret: true,
    problems: [...PROOF_PROBLEMS, Conflict],
  }),
  confirmTotp: operation('Confirm an authenticator app', {
    description: 'Ends your other sessions. The first second factor comes with recovery codes.',
    input: TotpCode,
    output: RecoveryCodes,
    secret: true,
    problems: [WrongFactor, FactorNotFound, UserNotFound, TooManyRequests],
  }),
  disableTotp: operation('Remove the authenticator app', {
    description: 'Ends your other sessions.',
    input: Proof,
    output: Message,
    problems: [...PROOF_PROBLEMS, FactorNotFound],
  }),
  regenerateRecoveryCodes: operation('Replace your recovery codes', {
    description: 'The earlier codes stop working.',
    input: Proof,
    output: RecoveryCodes,
    secret: true,
    problems: [...PROOF_PROBLEMS, FactorNotFound],
  }),
  /** Internal: for `npm run skep -- factors remove`. The operator must have verified who the user is. */
  removeFactors: operation('Remove all second factors of a user', {
    input: EmailRecipient,
    output: Message,
    problems: [UserNotFound, FactorNotFound],
  }),
};
