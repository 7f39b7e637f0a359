import { Message } from '../common.js';
import { operation } from '../define.js';
import { Email, Instant, Int, Nullable, OneOf, Optional, Text } from '../fields.js';
import { problem, TooManyRequests } from '../problem.js';
import { EmailNotVerified, InvalidCredentials, TenantId } from './credentials.js';
import { ChallengeEnded, FactorAnswer, SecondFactorRequired, WrongFactor } from './proof.js';

/** RFC 8628 §3.1, with the code challenge of RFC 7636. */
export class AuthorizeDevice {
  @Text({ pattern: /^[A-Za-z0-9_-]{43}$/, description: 'SHA-256 of the code verifier, base64url.' }) code_challenge!: string;
  @OneOf(['S256']) code_challenge_method!: string;
  @Optional()
  @Text({ max: 100, description: 'What the device calls itself; shown to the person, who is told not to believe it.' })
  client_id?: string;
}

export class DeviceAuthorization {
  @Text({ description: 'For the device alone: it asks for its tokens with this.' }) device_code!: string;
  @Text({ example: 'BCDF-GHJK', description: 'For the person to type in at `verification_uri`.' }) user_code!: string;
  @Text() verification_uri!: string;
  @Text() verification_uri_complete!: string;
  @Int({ description: 'Seconds until both codes end.' }) expires_in!: number;
  @Int({ description: 'Seconds to wait between two questions for the tokens.' }) interval!: number;
}

export const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

export class ExchangeDeviceCode {
  @Text({ min: 1, max: 512 }) device_code!: string;
  @Text({ pattern: /^[A-Za-z0-9._~-]{43,128}$/ }) code_verifier!: string;
  @Optional() @OneOf([DEVICE_GRANT]) grant_type?: string;
  @Optional() @Text({ max: 100 }) client_id?: string;
}

/** The tokens, or why there are none yet. */
export class DeviceTokens {
  @Optional() @Text() access_token?: string;
  @Optional() @Text() refresh_token?: string;
  @Optional() @Text({ example: 'bearer' }) token_type?: string;
  @Optional() @Int() expires_in?: number;
  @Optional()
  @OneOf(['authorization_pending', 'slow_down'], { description: 'Ask again; after `slow_down` wait five seconds longer from now on.' })
  error?: string;
}

export class UserCode {
  @Text({ min: 1, max: 32, description: 'In any case; all but letters is passed over.' }) user_code!: string;
}

/** What a person sees of a device that waits. */
export class PendingDevice {
  @Text() user_code!: string;
  @Nullable() @Text() label!: string | null;
  @Nullable() @Text() ip_address!: string | null;
  @Instant() created_at!: Date;
}

/**
 * To approve takes the e-mail and the password, and where that ends in `second_factor_required`, its challenge with an answer
 * instead of them; whoever knows the code may deny.
 */
export class DecideDevice extends FactorAnswer {
  @Text({ min: 1, max: 32 }) user_code!: string;
  @OneOf(['approve', 'deny']) decision!: string;
  @Optional() @Email() email?: string;
  @Optional() @Text({ max: 128 }) password?: string;
  @Optional() @Text({ min: 1, max: 64 }) challenge?: string;
  @TenantId() tenant_id: string = 'default';
}

export const AccessDenied = problem('access_denied', 400, 'The person has not let this device in.');
export const ExpiredToken = problem('expired_token', 400, 'The codes have ended. Begin again.');
export const InvalidGrant = problem('invalid_grant', 400, 'The device code is not known, or was used, or the verifier does not fit.');
export const UserCodeNotFound = problem('user_code_not_found', 404, 'No device waits with this code.');

export const deviceMembers = {
  authorizeDevice: operation('Ask to sign in a device without a browser', {
    input: AuthorizeDevice,
    output: DeviceAuthorization,
    secret: true,
  }),
  exchangeDeviceCode: operation('Ask whether the device may come in', {
    input: ExchangeDeviceCode,
    output: DeviceTokens,
    problems: [AccessDenied, ExpiredToken, InvalidGrant],
    secret: true,
  }),
  /** Internal: for the page where a person types in the code. */
  describeDevice: operation('Describe a device that waits', {
    input: UserCode,
    output: PendingDevice,
    problems: [UserCodeNotFound, TooManyRequests],
  }),
  /** Internal: what the person decides on that page. */
  decideDevice: operation('Approve or deny a device', {
    input: DecideDevice,
    output: Message,
    problems: [
      ...[UserCodeNotFound, InvalidCredentials, EmailNotVerified, TooManyRequests],
      ...[SecondFactorRequired, WrongFactor, ChallengeEnded],
    ],
  }),
};
