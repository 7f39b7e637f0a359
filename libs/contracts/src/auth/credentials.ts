import { Int, Text } from '../fields.js';
import { problem } from '../problem.js';

/** A password that somebody chooses. */
export const Password = () => Text({ min: 8, max: 128, example: 'correct horse battery' });

/** A tenant that somebody names. */
export const TenantId = () => Text({ min: 1, max: 64, pattern: /^[A-Za-z0-9_-]+$/, example: 'default' });

export class Tokens {
  @Text() access_token!: string;
  @Text() refresh_token!: string;
  @Text({ example: 'bearer' }) token_type!: string;
  @Int({ description: 'Seconds until the access token ends.' }) expires_in!: number;
}

export const InvalidCredentials = problem('invalid_credentials', 401, 'The e-mail or the password is not right.');
export const WrongPassword = problem('wrong_password', 400, 'The current password is not right.');
export const EmailNotVerified = problem('email_not_verified', 403, 'Verify your e-mail address first.');
export const TenantSuspended = problem('tenant_suspended', 403, 'The access of your organisation is suspended.');
export const InvalidToken = problem('invalid_token', 400, 'This link is not valid or no longer valid.');
