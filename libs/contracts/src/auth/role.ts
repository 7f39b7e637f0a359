import { ListOffset } from '../common.js';
import { list, operation } from '../define.js';
import { Bool, Instant, Int, Json, List, Optional, Text } from '../fields.js';
import { Conflict, problem } from '../problem.js';
import { ScopeNotHeld } from './scope.js';

const Policy = () => Text({ min: 1, max: 50, example: 'default_off' });
const Limit = () => Int({ min: 0, max: 1_000_000_000 });

export class Role {
  @Text({ example: 'role_7f3c' }) id!: string;
  @Text() tenant_id!: string;
  @Text({ example: 'support' }) name!: string;
  @Text() display_name!: string;
  @List('text', { description: 'What somebody who gets this role may do.' }) default_scopes!: string[];
  @Json({ description: 'Attributes that somebody new with this role has, unless others are given.' })
  default_attributes!: Record<string, unknown>;
  @List('text') default_extensions!: string[];
  @Text() confirmation_policy!: string;
  @Int() max_concurrent_tasks!: number;
  @Int() monthly_action_limit!: number;
  @Int() context_window!: number;
  @Bool({ description: 'Every tenant has it, and it stays.' }) is_system!: boolean;
  @Instant() created_at!: Date;
}

export class CreateRole {
  @Text({ min: 1, max: 64, pattern: /^[a-z][a-z0-9_-]*$/, example: 'support' }) name!: string;
  @Text({ max: 200 }) display_name: string = '';
  @List('text', { max: 500 }) default_scopes: string[] = [];
  @Json() default_attributes: Record<string, unknown> = {};
  @List('text', { max: 200 }) default_extensions: string[] = [];
  @Policy() confirmation_policy: string = 'default_off';
  @Limit() max_concurrent_tasks: number = 3;
  @Limit() monthly_action_limit: number = 500;
  @Limit() context_window: number = 20;
}

export class RoleRef {
  @Text({ min: 1, max: 64 }) role_id!: string;
}

export class UpdateRole extends RoleRef {
  @Bool({ description: 'The default scopes become those of everybody who has the role.' }) cascade: boolean = false;
  @Optional() @Text({ max: 200 }) display_name?: string;
  @Optional() @List('text', { max: 500 }) default_scopes?: string[];
  @Optional() @Json() default_attributes?: Record<string, unknown>;
  @Optional() @List('text', { max: 200 }) default_extensions?: string[];
  @Optional() @Policy() confirmation_policy?: string;
  @Optional() @Limit() max_concurrent_tasks?: number;
  @Optional() @Limit() monthly_action_limit?: number;
  @Optional() @Limit() context_window?: number;
}

export class UpdatedRole extends Role {
  @Int({ description: 'People who got other scopes with this.' }) users_updated!: number;
}

export class RoleDeleted {
  @Text() id!: string;
  @Text() name!: string;
  @Bool() deleted!: boolean;
}

export const RoleNotFound = problem('role_not_found', 404, 'There is no such role.');
export const SystemRole = problem(
  'system_role',
  403,
  'This role belongs to the platform: it stays, and an administrator may do everything.',
);
export const RoleInUse = problem('role_in_use', 409, 'People have this role. Give them another one first.');

export const roleMembers = {
  listRoles: operation('List the roles of your tenant', { input: ListOffset, output: list(Role), scope: 'admin:roles:read' }),
  createRole: operation('Make a role', { input: CreateRole, output: Role, problems: [Conflict, ScopeNotHeld], scope: 'admin:roles:write' }),
  updateRole: operation('Change a role, and with `cascade` what its people may do', {
    input: UpdateRole,
    output: UpdatedRole,
    problems: [RoleNotFound, SystemRole, ScopeNotHeld],
    scope: 'admin:roles:write',
  }),
  deleteRole: operation('Remove a role that nobody has', {
    input: RoleRef,
    output: RoleDeleted,
    problems: [RoleNotFound, SystemRole, RoleInUse],
    scope: 'admin:roles:delete',
  }),
};
