import { Message } from '../common.js';
import { operation } from '../define.js';
import { Email, Instant, Int, Nullable, OneOf, Optional, Shape, Text } from '../fields.js';
import { problem, TooManyRequests } from '../problem.js';
import { EmailNotVerified, InvalidCredentials, TenantId, tokenDocs } from './credentials.js';
import { ChallengeEnded, FactorAnswer, SecondFactorRequired, WrongFactor } from './proof.js';

const DEVICE_CODE = 'Vq8sK2xN5mYtB0cLrJ4hDf7wPzG1eUaT9oRiXn3kMbE';
const USER_CODE = 'BCDF-GHJK';

@Shape('A device authorization request (RFC 8628 §3.1) with a code challenge (RFC 7636).')
export class AuthorizeDevice {
  @Text({
    pattern: /^[A-Za-z0-9_-]{43}$/,
    description: 'SHA-256 of the code verifier, in base64url without padding.',
    example: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  })
  code_challenge!: string;
  @OneOf(['S256'], { description: 'Always `S256`.' }) code_challenge_method!: string;
  @Optional()
  @Text({
    max: 100,
    description: 'Name of the device or program. It is shown to the user, with a warning that it is not verified.',
    example: 'skep-cli',
  })
  client_id?: string;
}

@Shape('The codes of a device authorization (RFC 8628 §3.2).')
export class DeviceAuthorization {
  @Text({ description: 'Secret of the device: it polls for its tokens with this code.', example: DEVICE_CODE }) device_code!: string;
  @Text({ example: USER_CODE, description: 'Code that the user enters at `verification_uri`.' }) user_code!: string;
  @Text({ description: 'Page where the user enters the code.', example: 'https://skep.example.com/device' }) verification_uri!: string;
  @Text({
    description: 'The same page with the code filled in, for a link or a QR code.',
    example: `https://skep.example.com/device?user_code=${USER_CODE}`,
  })
  verification_uri_complete!: string;
  @Int({ description: 'Seconds until both codes expire.', example: 600 }) expires_in!: number;
  @Int({ description: 'Seconds to wait between two polls.', example: 5 }) interval!: number;
}

export const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

@Shape('A poll for the tokens of a device (RFC 8628 §3.4).')
export class ExchangeDeviceCode {
  @Text({ min: 1, max: 512, description: '`device_code` of the device authorization.', example: DEVICE_CODE }) device_code!: string;
  @Text({
    pattern: /^[A-Za-z0-9._~-]{43,128}$/,
    description: 'Code verifier whose SHA-256 was the `code_challenge`.',
    example: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
  })
  code_verifier!: string;
  @Optional() @OneOf([DEVICE_GRANT], { description: 'Grant type. May be left out.' }) grant_type?: string;
  @Optional() @Text({ max: 100, description: 'Accepted and ignored.' }) client_id?: string;
}

@Shape('The tokens of a device, or the reason why there are none yet: either `access_token` and the fields after it, or `error`.')
export class DeviceTokens {
  @Optional() @Text(tokenDocs.access_token) access_token?: string;
  @Optional() @Text(tokenDocs.refresh_token) refresh_token?: string;
  @Optional() @Text(tokenDocs.token_type) token_type?: string;
  @Optional() @Int(tokenDocs.expires_in) expires_in?: number;
  @Optional()
  @OneOf(['authorization_pending', 'slow_down'], {
    description: 'Poll again after `interval` seconds. `slow_down`: the interval grows by 5 seconds.',
  })
  error?: string;
}

@Shape('The code that a user enters.')
export class UserCode {
  @Text({ min: 1, max: 32, description: 'User code. Case-insensitive; characters other than letters are ignored.', example: USER_CODE })
  user_code!: string;
}

@Shape('A device that waits for the approval of a user.')
export class PendingDevice {
  @Text({ description: 'User code.', example: USER_CODE }) user_code!: string;
  @Nullable()
  @Text({
    description: '`client_id` of the device, or its browser or program. Null if it sent neither. Not verified.',
    example: 'skep-cli',
  })
  label!: string | null;
  @Nullable()
  @Text({ description: 'IP address of the device. Null if it is not known.', example: '203.0.113.7' })
  ip_address!: string | null;
  @Instant({ description: 'When the device asked to sign in.' }) created_at!: Date;
}

@Shape(
  'The decision on a device. An approval needs the e-mail address and the password or, after `second_factor_required`, the challenge and an answer to it. A denial needs the user code only.',
)
export class DecideDevice extends FactorAnswer {
  @Text({ min: 1, max: 32, description: 'User code. Case-insensitive; characters other than letters are ignored.', example: USER_CODE })
  user_code!: string;
  @OneOf(['approve', 'deny'], { description: 'Whether the device may sign in.' }) decision!: string;
  @Optional() @Email({ description: 'E-mail address of the account.', example: 'ada@example.com' }) email?: string;
  @Optional() @Text({ max: 128, description: 'Password of the account.', example: 'correct horse battery' }) password?: string;
  @Optional() @Text({ min: 1, max: 64, description: '`challenge` of the problem `second_factor_required`.' }) challenge?: string;
  @TenantId() tenant_id: string = 'default';
}

export const AccessDenied = problem('access_denied', 400, 'The user denied access to this device.');
export const ExpiredToken = problem('expired_token', 400, 'The codes have expired. Request new ones.');
export const InvalidGrant = problem(
  'invalid_grant',
  400,
  'The device code is unknown or already used, or the code verifier does not match it.',
);
export const UserCodeNotFound = problem('user_code_not_found', 404, 'This code is unknown or has expired.');

export const deviceMembers = {
  authorizeDevice: operation('Request codes to sign in a device', {
    description: 'For devices without a browser, such as a terminal. Show the user code, then poll for the tokens.',
    input: AuthorizeDevice,
    output: DeviceAuthorization,
    secret: true,
  }),
  exchangeDeviceCode: operation('Exchange a device code for tokens', {
    description: 'Poll every `interval` seconds until the user has approved the device or the codes expire.',
    input: ExchangeDeviceCode,
    output: DeviceTokens,
    problems: [AccessDenied, ExpiredToken, InvalidGrant],
    secret: true,
  }),
  /** Internal: for the page where the user enters the code. */
  describeDevice: operation('Read a pending device by its user code', {
    input: UserCode,
    output: PendingDevice,
    problems: [UserCodeNotFound, TooManyRequests],
  }),
  /** Internal: the decision on that page. */
  decideDevice: operation('Approve or deny a device', {
    input: DecideDevice,
    output: Message,
    problems: [
      ...[UserCodeNotFound, InvalidCredentials, EmailNotVerified, TooManyRequests],
      ...[SecondFactorRequired, WrongFactor, ChallengeEnded],
    ],
  }),
};
