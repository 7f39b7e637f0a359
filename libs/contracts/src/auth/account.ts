import { Message, Empty } from '../common.js';
import { operation } from '../define.js';
import { Bool, Email, Instant, Int, Json, List, Nullable, Optional, Text } from '../fields.js';
import { Conflict, problem, TooManyRequests } from '../problem.js';
import { InvalidToken, Password, TenantId, TenantSuspended, Tokens, WrongPassword } from './credentials.js';

export class Signup {
  @Email({ example: 'ada@example.com' }) email!: string;
  @Password() password!: string;
  @TenantId() tenant_id: string = 'default';
  @Optional() @Text({ max: 200 }) first_name?: string;
  @Optional() @Text({ max: 200 }) last_name?: string;
}

export class SignupReceipt extends Message {
  @Text({ example: 'imp_u_4f9a' }) user_id!: string;
}

export class VerifyEmail {
  @Text({ min: 1, max: 512, description: 'The token of the link in the mail; works once, for 24 hours.' }) token!: string;
  @Optional()
  @Text({
    min: 1,
    max: 128,
    description:
      'The password chosen at the sign-up. Required when the address was signed up from several networks: it tells whose sign-up counts.',
  })
  password?: string;
}

export class Register {
  @Email() email!: string;
  @Password() password!: string;
  @TenantId() tenant_id: string = 'default';
}

export class Me {
  @Text() imperal_id!: string;
  @Text() email!: string;
  @Text() role!: string;
  @Text() tenant_id!: string;
  @Bool() is_active!: boolean;
  @Nullable() @Text() agency_id!: string | null;
  @Nullable() @Text() org_id!: string | null;
  @Text() auth_method!: string;
  @List('text') scopes!: string[];
  @Json() attributes!: Record<string, unknown>;
  @Instant() created_at!: Date;
  @Nullable() @Instant() last_login!: Date | null;
  @Nullable() @Int() cases_user_id!: number | null;
  @List('text', { description: 'What a login asks for besides the password: `totp`, `passkey`. Empty without a second factor.' })
  factors!: string[];
}

export class UserRef {
  @Text({ min: 1, max: 64 }) user_id!: string;
  @TenantId() tenant_id: string = 'default';
}

/** Somebody who cannot log in says whose mail is asked for. */
export class EmailRecipient {
  @Email({ example: 'ada@example.com' }) email!: string;
  @TenantId() tenant_id: string = 'default';
}

/** Who holds a credential: what the gateway puts into the context of a request. */
export class Principal {
  @Text() user_id!: string;
  @Text() tenant_id!: string;
  @Text() email!: string;
  @Text() role!: string;
  @List('text') scopes!: string[];
}

export const UserNotFound = problem('user_not_found', 404, 'There is no such user.');

export const accountMembers = {
  signup: operation('Sign up with an e-mail address', { input: Signup, output: SignupReceipt, problems: [TooManyRequests] }),
  verifyEmail: operation('Confirm an e-mail address and log in', {
    input: VerifyEmail,
    output: Tokens,
    secret: true,
    problems: [InvalidToken, WrongPassword, TenantSuspended, TooManyRequests],
  }),
  resendVerification: operation('Ask for a new mail that confirms your address', {
    input: EmailRecipient,
    output: Message,
    problems: [TooManyRequests],
  }),
  getMe: operation('Read your own account', { input: Empty, output: Me, problems: [UserNotFound] }),
  register: operation('Create a verified user (services only)', {
    input: Register,
    output: Tokens,
    problems: [Conflict, TooManyRequests],
    secret: true,
  }),
  /** Internal: the person a service acts for. */
  describeUser: operation('Name an active user', { input: UserRef, output: Principal, problems: [UserNotFound] }),
};
