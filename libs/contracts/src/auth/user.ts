import { Cursor, IDS, LimitOffset } from '../common.js';
import { event, operation, page } from '../define.js';
import { Bool, Email, type FieldDocs, Instant, Int, Json, List, Nullable, Optional, Shape, Text } from '../fields.js';
import { Conflict, problem, TooManyRequests } from '../problem.js';
import { accountDocs, UserNotFound } from './account.js';
import { Password } from './credentials.js';
import { PersonRef, ScopeNotHeld } from './scope.js';

const RoleName = (docs: FieldDocs = {}) =>
  Text({ min: 1, max: 64, description: 'Name of a role of the tenant.', example: 'user', ...docs });
const AgencyId = () => Text({ max: 64, description: 'Id of an agency of the tenant.' });
const casesUserId = { description: 'Id of the user in the external cases API.', example: 42 } satisfies FieldDocs;

@Shape('A user, as administrators see them.')
export class User {
  @Text(IDS.user) id!: string;
  @Text({ ...IDS.user, description: 'Id of the user. The same as `id`.' }) imperal_id!: string;
  @Text(accountDocs.email) email!: string;
  @Text(IDS.tenant) tenant_id!: string;
  @Nullable() @Text(accountDocs.agency_id) agency_id!: string | null;
  @Text(accountDocs.role) role!: string;
  @List('text', accountDocs.scopes) scopes!: string[];
  @Json(accountDocs.attributes) attributes!: Record<string, unknown>;
  @Bool(accountDocs.is_active) is_active!: boolean;
  @Text(accountDocs.auth_method) auth_method!: string;
  @Nullable() @Int(accountDocs.cases_user_id) cases_user_id!: number | null;
  @Instant(accountDocs.created_at) created_at!: Date;
  @Nullable() @Instant(accountDocs.last_login) last_login!: Date | null;
}

@Shape('Filters of the list of users. A user must match all of them.')
export class ListUsers extends LimitOffset {
  @Optional() @RoleName({ description: 'Only users with this role.' }) role?: string;
  @Bool({ description: 'True also lists deactivated users.' }) include_inactive: boolean = false;
  @Optional()
  @Bool({ description: 'True lists only active users, false only deactivated ones. Overrides `include_inactive`.' })
  is_active?: boolean;
  @Optional()
  @Text({
    max: 200,
    description:
      'Part of the id, the e-mail address, the first or last name; case-insensitive. One or two characters must be its beginning. If many users match, finds those among the newest 1,000 users, and at most 250 others.',
    example: 'ada',
  })
  search?: string;
  @Optional()
  @Text({
    max: 150,
    description:
      'Only users who hold this scope, directly or by a wildcard. Looks through the newest 10,000 users that match the other filters.',
  })
  scope?: string;
  @Cursor() cursor?: string;
}

@Shape('A new user. The e-mail address counts as verified.')
export class CreateUser {
  @Email({ description: 'E-mail address.', example: 'ada@example.com' }) email!: string;
  @Password({ description: 'Password, 8 to 128 characters. Well-known passwords are rejected.' }) password!: string;
  @RoleName() role: string = 'user';
  @Optional()
  @List('text', { max: 500, description: 'Exact scopes of the user. Left out: the scopes of the role.' })
  scopes?: string[];
  @Optional() @Json({ description: 'Free-form attributes. They override those of the role.' }) attributes?: Record<string, unknown>;
  @Optional() @AgencyId() agency_id?: string;
}

@Shape('A change of a user. Fields that are left out do not change.')
export class UpdateUser extends PersonRef {
  @Optional()
  @RoleName({ description: 'Name of the new role. Its scopes replace those of the earlier role and all grants; denials stay.' })
  role?: string;
  @Optional()
  @List('text', {
    max: 500,
    description: 'Exact scopes of the user. All other scopes that the role gives are denied to them, also in the future.',
  })
  scopes?: string[];
  @Optional()
  @List('text', {
    max: 500,
    description: 'Scopes to deny in addition, even if the role or a grant gives them. To undo a denial, set `scopes`.',
  })
  deny_scopes?: string[];
  @Optional() @Json({ description: 'Free-form attributes. They replace all present ones.' }) attributes?: Record<string, unknown>;
  @Optional()
  @Bool({ description: 'False deactivates the user: their sessions end and their API keys are revoked. True activates them again.' })
  is_active?: boolean;
  @Optional() @AgencyId() agency_id?: string;
}

@Shape('A user to deactivate or erase.')
export class DeleteUser extends PersonRef {
  @Bool({ description: 'True erases all personal data for good. False only deactivates the user, who can be activated again.' })
  permanent: boolean = false;
}

@Shape('The deactivated or erased user.')
export class UserDeleted {
  @Text(IDS.user) id!: string;
  @Text({ ...IDS.user, description: 'Id of the user. The same as `id`.' }) imperal_id!: string;
  @Bool({ description: 'Always true.' }) deleted!: boolean;
  @Bool({ description: 'True if the user was erased, false if they were deactivated.', example: false }) permanent!: boolean;
}

@Shape('The id of a user in the external cases API.')
export class SetCasesUser {
  @Text({ min: 1, max: 64, ...IDS.user }) imperal_id!: string;
  @Int({ ...casesUserId, min: 1, description: `${casesUserId.description} A string of digits is accepted too.` }) cases_user_id!: number;
}

@Shape('The id of a user in the external cases API.')
export class CasesUser {
  @Text(IDS.user) imperal_id!: string;
  @Int(casesUserId) cases_user_id!: number;
}

@Shape('A user was erased. Every service deletes the personal data that it keeps of them.')
export class UserErased {
  @Text(IDS.tenant) tenant_id!: string;
  @Text(IDS.user) user_id!: string;
}

export const LastAdministrator = problem('last_administrator', 409, 'This would leave the tenant without an administrator.');

export const userMembers = {
  listUsers: operation('List the users of your tenant', {
    description: 'Newest first, without deactivated users, unless a filter asks for them.',
    input: ListUsers,
    output: page(User),
    scope: 'admin:users:read',
  }),
  createUser: operation('Create a user', {
    description: 'The e-mail address counts as verified. You cannot give the user scopes that you do not hold.',
    input: CreateUser,
    output: User,
    problems: [Conflict, ScopeNotHeld, TooManyRequests],
    spansCalls: true,
    scope: 'admin:users:write',
  }),
  getUser: operation('Read a user', {
    description: 'Finds users of your tenant only.',
    input: PersonRef,
    output: User,
    problems: [UserNotFound],
    scope: 'admin:users:read',
  }),
  updateUser: operation('Update, deactivate or activate a user', {
    description: 'A user who loses a scope must sign in again.',
    input: UpdateUser,
    output: User,
    problems: [UserNotFound, ScopeNotHeld, LastAdministrator],
    scope: 'admin:users:write',
  }),
  deleteUser: operation('Deactivate or erase a user', {
    description:
      'Ends all sessions of the user and revokes their API keys. A deactivated user can be activated again; an erased one cannot.',
    input: DeleteUser,
    output: UserDeleted,
    problems: [UserNotFound, ScopeNotHeld, LastAdministrator],
    scope: 'admin:users:delete',
  }),
  setCasesUser: operation('Set the cases API id of a user', {
    description: 'Users set their own id once. Administrators can set and change the id of any user.',
    input: SetCasesUser,
    output: CasesUser,
    problems: [UserNotFound, Conflict],
  }),

  userErased: event(UserErased),
};
