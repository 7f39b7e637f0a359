import { IDS, ListCursor } from '../common.js';
import { operation, page } from '../define.js';
import { Bool, type FieldDocs, Instant, Int, Json, List, Optional, Shape, Text } from '../fields.js';
import { Conflict, problem } from '../problem.js';
import { UserNotFound, UserRef } from './account.js';
import { TenantId } from './credentials.js';
import { ScopeNotHeld } from './scope.js';

const docs = {
  id: { description: 'Id of the role.', example: 'role_7f3c' },
  name: { description: 'Name of the role, unique in the tenant.', example: 'support' },
  display_name: { description: 'Name that users see.', example: 'Support' },
  default_scopes: { description: 'Scopes of users who get this role.', example: ['extensions:call', 'admin:users:read'] },
  default_attributes: {
    description: 'Attributes of a new user with this role, unless other values are given.',
    example: { team: 'support' },
  },
  default_extensions: {
    description: 'Ids of apps meant for users with this role. Skep stores them for clients and installs none.',
    example: ['link-saver'],
  },
  confirmation_policy: {
    description:
      '`default_on`: calls of users with this role wait for their confirmation, as their settings say, unless they have set `confirmation_enabled`. Any other text: they do not. It takes effect within a minute.',
    example: 'default_off',
  },
  max_concurrent_tasks: {
    description: 'How many tasks a user with this role runs at once; further tasks wait. 0: they can start none.',
    example: 3,
  },
  monthly_action_limit: {
    description: 'Maximum number of actions a month. Skep stores it for clients; the limits of plans are enforced instead.',
    example: 500,
  },
  context_window: {
    description: 'Size of the context of an assistant. Skep stores it for clients and does not enforce it.',
    example: 20,
  },
} satisfies Record<string, FieldDocs>;

const Policy = () => Text({ min: 1, max: 50, ...docs.confirmation_policy });
const Limit = (docs: FieldDocs) => Int({ min: 0, max: 1_000_000_000, ...docs });
const RoleId = () => Text({ min: 1, max: 64, ...docs.id });

@Shape('A role: a named list of scopes. A user has one role.')
export class Role {
  @Text(docs.id) id!: string;
  @Text(IDS.tenant) tenant_id!: string;
  @Text(docs.name) name!: string;
  @Text(docs.display_name) display_name!: string;
  @List('text', docs.default_scopes) default_scopes!: string[];
  @Json(docs.default_attributes) default_attributes!: Record<string, unknown>;
  @List('text', docs.default_extensions) default_extensions!: string[];
  @Text(docs.confirmation_policy) confirmation_policy!: string;
  @Int(docs.max_concurrent_tasks) max_concurrent_tasks!: number;
  @Int(docs.monthly_action_limit) monthly_action_limit!: number;
  @Int(docs.context_window) context_window!: number;
  @Bool({ description: 'True for a built-in role. Every tenant has it, and it cannot be deleted.', example: false }) is_system!: boolean;
  @Instant({ description: 'When the role was created.' }) created_at!: Date;
}

@Shape('A new role.')
export class CreateRole {
  @Text({ min: 1, max: 64, pattern: /^[a-z][a-z0-9_-]*$/, ...docs.name }) name!: string;
  @Text({ max: 200, ...docs.display_name, description: 'Name that users see. Empty: the same as `name`.' }) display_name: string = '';
  @List('text', { max: 500, ...docs.default_scopes }) default_scopes: string[] = [];
  @Json(docs.default_attributes) default_attributes: Record<string, unknown> = {};
  @List('text', { max: 200, ...docs.default_extensions }) default_extensions: string[] = [];
  @Policy() confirmation_policy: string = 'default_off';
  @Limit(docs.max_concurrent_tasks) max_concurrent_tasks: number = 3;
  @Limit(docs.monthly_action_limit) monthly_action_limit: number = 500;
  @Limit(docs.context_window) context_window: number = 20;
}

@Shape('Identifies a role of your tenant.')
export class RoleRef {
  @RoleId() role_id!: string;
}

@Shape('A change of a role. Fields that are left out do not change.')
export class UpdateRole extends RoleRef {
  @Bool({
    description:
      'True: users who have the role get its default scopes now, and those who lose a scope must sign in again. False: only users who get the role later have the new scopes.',
  })
  cascade: boolean = false;
  @Optional() @Text({ max: 200, ...docs.display_name }) display_name?: string;
  @Optional() @List('text', { max: 500, ...docs.default_scopes }) default_scopes?: string[];
  @Optional() @Json({ description: docs.default_attributes.description }) default_attributes?: Record<string, unknown>;
  @Optional() @List('text', { max: 200, description: docs.default_extensions.description }) default_extensions?: string[];
  @Optional() @Policy() confirmation_policy?: string;
  @Optional() @Limit(docs.max_concurrent_tasks) max_concurrent_tasks?: number;
  @Optional() @Limit(docs.monthly_action_limit) monthly_action_limit?: number;
  @Optional() @Limit(docs.context_window) context_window?: number;
}

@Shape('The changed role.')
export class UpdatedRole extends Role {
  @Int({ description: 'Number of users whose scopes changed because of `cascade`.', example: 12 }) users_updated!: number;
}

@Shape('The deleted role.')
export class RoleDeleted {
  @Text(docs.id) id!: string;
  @Text(docs.name) name!: string;
  @Bool({ description: 'Always true.' }) deleted!: boolean;
}

@Shape('How many tasks a user runs at once.')
export class TaskAllowance {
  @Int(docs.max_concurrent_tasks) max_concurrent_tasks!: number;
}

@Shape('Identifies a role by its name.')
export class RoleName {
  @TenantId() tenant_id!: string;
  @Text(docs.name) name!: string;
}

@Shape('What a role decides for users who have not chosen.')
export class RolePolicy {
  @Text(docs.confirmation_policy) confirmation_policy!: string;
}

export const RoleNotFound = problem('role_not_found', 404, 'Role not found.');
export const SystemRole = problem(
  'system_role',
  403,
  'This role is built in: it cannot be deleted, and the scopes of `admin` cannot be changed.',
);
export const RoleInUse = problem('role_in_use', 409, 'Users have this role. Give them another role first.');

export const roleMembers = {
  listRoles: operation('List the roles of your tenant', {
    description: 'Built-in roles first, then the others by name.',
    input: ListCursor,
    output: page(Role),
    scope: 'admin:roles:read',
  }),
  createRole: operation('Create a role', {
    description: 'You cannot give a role scopes that you do not hold.',
    input: CreateRole,
    output: Role,
    problems: [Conflict, ScopeNotHeld],
    scope: 'admin:roles:write',
  }),
  updateRole: operation('Update a role', {
    description: 'Set `cascade` to change the scopes of users who have the role already.',
    input: UpdateRole,
    output: UpdatedRole,
    problems: [RoleNotFound, SystemRole, ScopeNotHeld],
    scope: 'admin:roles:write',
  }),
  deleteRole: operation('Delete a role', {
    description: 'No user may have the role.',
    input: RoleRef,
    output: RoleDeleted,
    problems: [RoleNotFound, SystemRole, RoleInUse],
    scope: 'admin:roles:delete',
  }),
  /** Internal: what the role of an active user allows, for the kernel. */
  getTaskAllowance: operation('Read how many tasks a user runs at once', {
    input: UserRef,
    output: TaskAllowance,
    problems: [UserNotFound],
  }),
  getRolePolicy: operation('Read what a role decides for users who have not chosen', {
    input: RoleName,
    output: RolePolicy,
    problems: [RoleNotFound],
  }),
};
