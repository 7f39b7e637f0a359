import { Message, Empty, IDS } from '../common.js';
import { operation } from '../define.js';
import { Bool, Email, Instant, Int, Json, List, Nullable, Optional, Shape, Text } from '../fields.js';
import { Conflict, problem, TooManyRequests } from '../problem.js';
import { InvalidToken, MailToken, Password, TenantId, TenantSuspended, Tokens, WrongPassword } from './credentials.js';

@Shape('A sign-up: the address and password of a new account.')
export class Signup {
  @Email({ description: 'E-mail address of the new account.', example: 'ada@example.com' }) email!: string;
  @Password({ description: 'Password of the new account, 8 to 128 characters. Well-known passwords are rejected.' }) password!: string;
  @TenantId({ description: 'Tenant to sign up in.' }) tenant_id: string = 'default';
  @Optional()
  @Text({ max: 200, description: 'First name, kept in the `attributes` of the account.', example: 'Ada' })
  first_name?: string;
  @Optional()
  @Text({ max: 200, description: 'Last name, kept in the `attributes` of the account.', example: 'Lovelace' })
  last_name?: string;
}

@Shape('The answer to a sign-up. It is the same whether or not the address already has an account.')
export class SignupReceipt extends Message {
  @Text({ ...IDS.user, description: 'Id of the new user. A random id if the address already has an account.' }) user_id!: string;
}

@Shape('Verification of an e-mail address with the token from the link.')
export class VerifyEmail {
  @MailToken('24 hours') token!: string;
  @Optional()
  @Text({
    min: 1,
    max: 128,
    description:
      'Password chosen at the sign-up. Required when the address was signed up from several networks, to select the right sign-up.',
  })
  password?: string;
}

@Shape('A user that a service creates. The e-mail address counts as verified.')
export class Register {
  @Email({ description: 'E-mail address of the new account.', example: 'ada@example.com' }) email!: string;
  @Password({ description: 'Password of the new account, 8 to 128 characters. Well-known passwords are rejected.' }) password!: string;
  @TenantId({ description: 'Tenant of the new account.' }) tenant_id: string = 'default';
}

/** Fields that every view of an account has. */
export const accountDocs = {
  email: { description: 'E-mail address, in lower case.', example: 'ada@example.com' },
  role: { description: 'Name of the role.', example: 'user' },
  is_active: { description: 'False if the user was deactivated: they cannot sign in.', example: true },
  agency_id: { description: 'Agency of the user. Null if they belong to none.' },
  auth_method: { description: 'How the user signs in: `password`, `sso` at an identity provider, or `firebase`.', example: 'password' },
  scopes: {
    description: 'Effective scopes: those of the role and the grants, without the denials.',
    example: ['extensions:call', 'marketplace:read'],
  },
  attributes: { description: 'Free-form attributes, such as `first_name` and `last_name`.', example: { first_name: 'Ada' } },
  created_at: { description: 'When the account was created.' },
  last_login: { description: 'When the user last signed in. Null if they never did.', example: '2026-06-21T09:30:00Z' },
  cases_user_id: { description: 'Id of the user in an external cases API. Null if it was never set.' },
};

@Shape('Your own account.')
export class Me {
  @Text({ ...IDS.user, description: 'Your user id.' }) imperal_id!: string;
  @Text(accountDocs.email) email!: string;
  @Text(accountDocs.role) role!: string;
  @Text(IDS.tenant) tenant_id!: string;
  @Bool(accountDocs.is_active) is_active!: boolean;
  @Nullable() @Text(accountDocs.agency_id) agency_id!: string | null;
  @Nullable() @Text({ description: 'Always null. Kept for existing clients.' }) org_id!: string | null;
  @Text(accountDocs.auth_method) auth_method!: string;
  @List('text', accountDocs.scopes) scopes!: string[];
  @Json(accountDocs.attributes) attributes!: Record<string, unknown>;
  @Instant(accountDocs.created_at) created_at!: Date;
  @Nullable() @Instant(accountDocs.last_login) last_login!: Date | null;
  @Nullable() @Int(accountDocs.cases_user_id) cases_user_id!: number | null;
  @List('text', {
    description: 'Second factors that a sign-in requires in addition to the password: `totp`, `passkey`. Empty without a second factor.',
    example: ['totp'],
  })
  factors!: string[];
}

@Shape('Identifies a user of a tenant.')
export class UserRef {
  @Text({ min: 1, max: 64, ...IDS.user }) user_id!: string;
  @TenantId({ description: 'Tenant of the user.' }) tenant_id: string = 'default';
}

@Shape('A user, in whichever tenant.')
export class UserId {
  @Text({ min: 1, max: 64, ...IDS.user }) user_id!: string;
}

@Shape('The tenant of a user.')
export class UserTenant {
  @Text(IDS.tenant) tenant_id!: string;
}

@Shape('The account to which an e-mail is sent.')
export class EmailRecipient {
  @Email({ description: 'E-mail address of the account.', example: 'ada@example.com' }) email!: string;
  @TenantId() tenant_id: string = 'default';
}

@Shape('The user behind a credential: what the gateway puts into the context of a request.')
export class Principal {
  @Text(IDS.user) user_id!: string;
  @Text(IDS.tenant) tenant_id!: string;
  @Text(accountDocs.email) email!: string;
  @Text(accountDocs.role) role!: string;
  @List('text', accountDocs.scopes) scopes!: string[];
}

const NICKNAME = { description: 'Nickname of the user, unique in the installation.', example: 'ada' };

@Shape('Your nickname.')
export class Nickname {
  @Nullable() @Text({ ...NICKNAME, description: `${NICKNAME.description} Null if they have none.` }) nickname!: string | null;
}

@Shape('Your new nickname.')
export class SetNickname {
  @Text({ min: 3, max: 30, pattern: /^[a-z0-9][a-z0-9_-]{1,28}[a-z0-9]$/, ...NICKNAME }) nickname!: string;
}

export const NicknameUnavailable = problem('nickname_unavailable', 409, 'This nickname is already taken.');
export const UserNotFound = problem('user_not_found', 404, 'User not found.');

export const accountMembers = {
  signup: operation('Sign up with an e-mail address', {
    description:
      'Sends an e-mail with a link that verifies the address. The answer does not reveal whether the address already has an account; the e-mail does.',
    input: Signup,
    output: SignupReceipt,
    problems: [TooManyRequests],
  }),
  verifyEmail: operation('Verify an e-mail address and sign in', {
    description: 'Creates the account of the sign-up and a session for it.',
    input: VerifyEmail,
    output: Tokens,
    secret: true,
    problems: [InvalidToken, WrongPassword, TenantSuspended, TooManyRequests],
  }),
  resendVerification: operation('Resend the verification e-mail', {
    description: 'The link of the earlier e-mail stops working. The answer does not reveal whether the address was signed up.',
    input: EmailRecipient,
    output: Message,
    problems: [TooManyRequests],
  }),
  getMe: operation('Read your account', {
    description: 'Includes your scopes and the second factors that a sign-in requires.',
    input: Empty,
    output: Me,
    problems: [UserNotFound],
  }),
  getNickname: operation('Read your nickname', { description: 'Null until you have set one.', input: Empty, output: Nickname }),
  setNickname: operation('Set your nickname', {
    description: 'Your earlier nickname becomes free.',
    input: SetNickname,
    output: Nickname,
    problems: [NicknameUnavailable],
  }),
  register: operation('Create a verified user (services only)', {
    description: 'Creates the account without a verification e-mail, and a session for it.',
    input: Register,
    output: Tokens,
    problems: [Conflict, TooManyRequests],
    secret: true,
  }),
  /** Internal: the user that a service acts for. */
  describeUser: operation('Read an active user', { input: UserRef, output: Principal, problems: [UserNotFound] }),
  /** Internal: for what another party sends about a user, with the id only. */
  getTenantOfUser: operation('Find the tenant of an active user', { input: UserId, output: UserTenant, problems: [UserNotFound] }),
};
