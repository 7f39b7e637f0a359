import { type FieldDocs, Int, Shape, Text } from '../fields.js';
import { problem } from '../problem.js';

/** A new password. */
export const Password = (docs: FieldDocs = {}) =>
  Text({
    min: 8,
    max: 128,
    description: 'New password, 8 to 128 characters. Well-known passwords are rejected.',
    example: 'correct horse battery',
    ...docs,
  });

/** The id of a tenant in an input. */
export const TenantId = (docs: FieldDocs = {}) =>
  Text({ min: 1, max: 64, pattern: /^[A-Za-z0-9_-]+$/, description: 'Tenant of the account.', example: 'default', ...docs });

/** A password that is compared with the one of an account. */
export const CurrentPassword = (docs: FieldDocs = {}) =>
  Text({ min: 1, max: 128, description: 'Current password of the account.', example: 'correct horse battery', ...docs });

/** A token from the link in an e-mail. */
export const MailToken = (lifetime: string) =>
  Text({
    min: 1,
    max: 512,
    description: `\`token\` from the link in the e-mail. Valid once, for ${lifetime}.`,
    example: 't1mV9f2XcQ0bLr7sYkA3eHnWpJ8dTzUgK',
  });

/** Fields that two answers with tokens share. */
export const tokenDocs = {
  access_token: {
    description: 'Access token, a signed JWT. Send it as `Authorization: Bearer …`.',
    example: 'eyJhbGciOiJSUzI1NiJ9…',
  },
  refresh_token: {
    description: 'Refresh token. Exchange it with `POST /v1/auth/refresh`; each exchange returns a new one.',
    example: 'rt_Zk3yJ8sQvT1uXw5a…',
  },
  token_type: { description: 'Always `bearer`.', example: 'bearer' },
  expires_in: { description: 'Seconds until the access token expires.', example: 3600 },
} satisfies Record<string, FieldDocs>;

@Shape('An access token and a refresh token of one session.')
export class Tokens {
  @Text(tokenDocs.access_token) access_token!: string;
  @Text(tokenDocs.refresh_token) refresh_token!: string;
  @Text(tokenDocs.token_type) token_type!: string;
  @Int(tokenDocs.expires_in) expires_in!: number;
}

export const InvalidCredentials = problem('invalid_credentials', 401, 'The e-mail address or the password is wrong.');
export const WrongPassword = problem('wrong_password', 400, 'The current password is wrong.');
export const EmailNotVerified = problem('email_not_verified', 403, 'Verify your e-mail address first.');
export const TenantSuspended = problem('tenant_suspended', 403, 'Your organisation is suspended. Contact your administrator.');
export const InvalidToken = problem('invalid_token', 400, 'This link is invalid or has expired.');
