import { Empty, IDS } from '../common.js';
import { operation } from '../define.js';
import { Bool, Instant, Nullable, Optional, Shape, Text } from '../fields.js';
import { Conflict, problem, TooManyRequests } from '../problem.js';
import { accountDocs, Register, UserNotFound } from './account.js';
import { EmailNotVerified, InvalidCredentials, TenantSuspended, tokenDocs } from './credentials.js';
import { SecondFactorRequired } from './proof.js';
import { Login } from './session.js';

@Shape('A new account for agents. Its owner is signed in at once.')
export class RegisterForAgents extends Register {
  @Optional() @Text({ max: 255, description: 'Name of its owner.', example: 'Ada Lovelace' }) name?: string;
}

@Shape('An access token that is valid for 24 hours, and cannot be refreshed.')
export class AgentToken {
  @Text(tokenDocs.access_token) access_token!: string;
  @Text(tokenDocs.token_type) token_type!: string;
}

@Shape('Your account, as agents see it.')
export class AgentUser {
  @Text(IDS.user) id!: string;
  @Text(accountDocs.email) email!: string;
  @Nullable() @Text({ description: 'Your name. Null if you gave none.', example: 'Ada Lovelace' }) name!: string | null;
  @Bool(accountDocs.is_active) is_active!: boolean;
  @Instant(accountDocs.created_at) created_at!: Date;
}

export const SignupRequired = problem(
  'signup_required',
  403,
  'This installation verifies e-mail addresses. Sign up with POST /v1/auth/signup.',
);
export const AccountDeactivated = problem('account_deactivated', 403, 'Account is deactivated');

export const agentSessionMembers = {
  registerForAgents: operation('Create an account and sign in', {
    description: 'Only with `SKEP_REGISTRATION=open`: the address is not verified.',
    input: RegisterForAgents,
    output: AgentToken,
    secret: true,
    problems: [Conflict, SignupRequired, TooManyRequests],
  }),
  loginForAgents: operation('Sign in for 24 hours', {
    description: 'The token also works on `/v1`. Its session can be revoked there.',
    input: Login,
    output: AgentToken,
    secret: true,
    problems: [InvalidCredentials, SecondFactorRequired, EmailNotVerified, AccountDeactivated, TenantSuspended, TooManyRequests],
  }),
  getAgentUser: operation('Read who you are', {
    description: 'The owner of the token.',
    input: Empty,
    output: AgentUser,
    problems: [UserNotFound],
  }),
};
