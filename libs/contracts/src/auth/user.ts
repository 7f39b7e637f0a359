import { LimitOffset } from '../common.js';
import { event, operation, page } from '../define.js';
import { Bool, Email, Instant, Int, Json, List, Nullable, Optional, Text } from '../fields.js';
import { Conflict, problem, TooManyRequests } from '../problem.js';
import { UserNotFound } from './account.js';
import { Password } from './credentials.js';
import { PersonRef, ScopeNotHeld } from './scope.js';

const RoleName = () => Text({ min: 1, max: 64, example: 'user' });
const AgencyId = () => Text({ max: 64 });

/** A person as an administrator sees them. */
export class User {
  @Text({ example: 'imp_u_4f9a' }) id!: string;
  @Text({ description: 'As `id`.' }) imperal_id!: string;
  @Text() email!: string;
  @Text() tenant_id!: string;
  @Nullable() @Text() agency_id!: string | null;
  @Text() role!: string;
  @List('text', { description: 'What the person may do in the end.' }) scopes!: string[];
  @Json() attributes!: Record<string, unknown>;
  @Bool() is_active!: boolean;
  @Text() auth_method!: string;
  @Nullable() @Int() cases_user_id!: number | null;
  @Instant() created_at!: Date;
  @Nullable() @Instant() last_login!: Date | null;
}

export class ListUsers extends LimitOffset {
  @Optional() @RoleName() role?: string;
  @Bool({ description: 'Those who were deactivated too.' }) include_inactive: boolean = false;
  @Optional()
  @Bool({ description: 'Says more than `include_inactive`: only those who are, or only those who are not.' })
  is_active?: boolean;
  @Optional() @Text({ max: 200, description: 'A part of the id, the e-mail address or the name.' }) search?: string;
  @Optional() @Text({ max: 150, description: 'Only people who hold this scope, by whatever wildcard.' }) scope?: string;
}

export class CreateUser {
  @Email() email!: string;
  @Password() password!: string;
  @RoleName() role: string = 'user';
  @Optional()
  @List('text', { max: 500, description: 'Exactly what the person may do; without it, what the role gives.' })
  scopes?: string[];
  @Optional() @Json() attributes?: Record<string, unknown>;
  @Optional() @AgencyId() agency_id?: string;
}

export class UpdateUser extends PersonRef {
  @Optional() @RoleName() role?: string;
  @Optional()
  @List('text', {
    max: 500,
    description: 'Exactly what the person may do. Whatever else the role gives is denied to them, also in time to come.',
  })
  scopes?: string[];
  @Optional()
  @List('text', {
    max: 500,
    description: 'Taken from the person besides, whatever role or grant would give it. To give it back, say in `scopes` what they may do.',
  })
  deny_scopes?: string[];
  @Optional() @Json({ description: 'Instead of those that were there.' }) attributes?: Record<string, unknown>;
  @Optional() @Bool() is_active?: boolean;
  @Optional() @AgencyId() agency_id?: string;
}

export class DeleteUser extends PersonRef {
  @Bool({ description: 'Erases everything personal, for ever; else the person can be activated again.' }) permanent: boolean = false;
}

export class UserDeleted {
  @Text() id!: string;
  @Text() imperal_id!: string;
  @Bool() deleted!: boolean;
  @Bool() permanent!: boolean;
}

export class SetCasesUser {
  @Text({ min: 1, max: 64 }) imperal_id!: string;
  @Int({ min: 1, description: 'The person’s id in the cases API; digits as text will do.' }) cases_user_id!: number;
}

export class CasesUser {
  @Text() imperal_id!: string;
  @Int() cases_user_id!: number;
}

/** Somebody is erased: whoever keeps anything personal of them forgets it. */
export class UserErased {
  @Text() tenant_id!: string;
  @Text() user_id!: string;
}

export const LastAdministrator = problem('last_administrator', 409, 'The tenant would have no administrator any more.');

export const userMembers = {
  listUsers: operation('List the people of your tenant', { input: ListUsers, output: page(User), scope: 'admin:users:read' }),
  createUser: operation('Add a person, whose address counts as verified', {
    input: CreateUser,
    output: User,
    problems: [Conflict, ScopeNotHeld, TooManyRequests],
    scope: 'admin:users:write',
  }),
  getUser: operation('Read a person', { input: PersonRef, output: User, problems: [UserNotFound], scope: 'admin:users:read' }),
  updateUser: operation('Change what a person may do, or activate and deactivate them', {
    input: UpdateUser,
    output: User,
    problems: [UserNotFound, ScopeNotHeld, LastAdministrator],
    scope: 'admin:users:write',
  }),
  deleteUser: operation('Deactivate a person, or erase them', {
    input: DeleteUser,
    output: UserDeleted,
    problems: [UserNotFound, ScopeNotHeld, LastAdministrator],
    scope: 'admin:users:delete',
  }),
  setCasesUser: operation('Tell a person’s id in the cases API: oneself once, an administrator always', {
    input: SetCasesUser,
    output: CasesUser,
    problems: [UserNotFound, Conflict],
  }),

  userErased: event(UserErased),
};
