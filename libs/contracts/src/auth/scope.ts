import { IDS, ListCursor } from '../common.js';
import { operation, page } from '../define.js';
import { Bool, type FieldDocs, Instant, Int, List, Nullable, OneOf, Optional, Shape, Text } from '../fields.js';
import { Conflict, problem } from '../problem.js';
import { UserNotFound } from './account.js';

const plain = (scope: string) => scope.replaceAll('.', ':');

/** Whether the first scope includes the second. `*` includes every scope; `billing:*` and `billing.*` include `billing:read` and themselves. */
export function includesScope(scope: string, other: string): boolean {
  const [held, wanted] = [plain(scope), plain(other)];
  return held === '*' || held === wanted || (held.endsWith(':*') && wanted.startsWith(held.slice(0, -1)));
}

/** Whether one of these scopes includes the wanted one. */
export const holdsScope = (scopes: readonly string[], wanted: string): boolean => scopes.some((scope) => includesScope(scope, wanted));

export const SCOPE_SOURCES = ['platform', 'tenant', 'extension'] as const;
export type ScopeSource = (typeof SCOPE_SOURCES)[number];

const docs = {
  id: { description: 'Id of the scope.', example: 73 },
  name: { description: 'Name: `resource:action`.', example: 'cases:read' },
  resource: { description: 'What the scope is about.', example: 'cases' },
  action: { description: 'What the scope allows.', example: 'read' },
  display_name: { description: 'Name that users see.', example: 'Read cases' },
  description: { description: 'What the scope allows, as a sentence.', example: 'Read the cases of the tenant.' },
  source: { description: 'Where the scope comes from: the platform, a tenant or an extension.', example: 'tenant' },
} satisfies Record<string, FieldDocs>;

@Shape('A scope: a named right, which roles and grants give to users.')
export class Scope {
  @Int(docs.id) id!: number;
  @Text({ ...IDS.tenant, description: 'Tenant of the scope; `_platform_` for a scope of every tenant.' }) tenant_id!: string;
  @Text(docs.name) name!: string;
  @Text(docs.resource) resource!: string;
  @Text(docs.action) action!: string;
  @Text(docs.display_name) display_name!: string;
  @Text(docs.description) description!: string;
  @OneOf(SCOPE_SOURCES, docs.source) source!: ScopeSource;
  @Nullable() @Text({ description: 'App that the scope comes from. Null for other sources.' }) source_id!: string | null;
  @Bool({ description: 'True for a scope of the platform. It cannot be changed or deleted.', example: false }) is_system!: boolean;
  @Instant({ description: 'When the scope was created.' }) created_at!: Date;
}

@Shape('Filters of the list of scopes.')
export class ListScopes extends ListCursor {
  @Optional() @Text({ max: 100, description: 'Only scopes of this resource.', example: 'cases' }) resource?: string;
  @Optional()
  @OneOf(SCOPE_SOURCES, { description: 'Only scopes of this source. With `resource`, looks through its first 10,000 scopes.' })
  source?: ScopeSource;
}

@Shape('A new scope.')
export class CreateScope {
  @Text({ min: 1, max: 100, pattern: /^[a-z][a-z0-9_-]*(:[a-z][a-z0-9_-]*)*$/, ...docs.resource }) resource!: string;
  @Text({ min: 1, max: 50, pattern: /^[a-z][a-z0-9_-]*$/, ...docs.action }) action!: string;
  @Optional() @Text({ max: 151, description: 'Not needed: the name is `resource:action`.' }) name?: string;
  @Optional()
  @Text({ max: 200, ...docs.display_name, description: 'Name that users see. Left out: the name of the scope.' })
  display_name?: string;
  @Optional() @Text({ max: 1000, ...docs.description }) description?: string;
  @Optional()
  @OneOf(SCOPE_SOURCES, { description: 'Where the scope comes from. `platform` is only valid in the tenant `_platform_`.' })
  source?: ScopeSource;
  @Optional() @Text({ max: 100, description: 'Id of the app that the scope comes from.' }) source_id?: string;
}

@Shape('Identifies a scope.')
export class ScopeRef {
  @Int({ min: 1, ...docs.id }) scope_id!: number;
}

@Shape('A change of a scope. Fields that are left out do not change.')
export class UpdateScope extends ScopeRef {
  @Optional() @Text({ max: 200, ...docs.display_name }) display_name?: string;
  @Optional() @Text({ max: 1000, ...docs.description }) description?: string;
}

@Shape('The deleted scope.')
export class ScopeDeleted {
  @Int(docs.id) id!: number;
  @Text(docs.name) name!: string;
  @Bool({ description: 'Always true.' }) deleted!: boolean;
}

@Shape('Identifies a user of your tenant.')
export class PersonRef {
  @Text({ min: 1, max: 64, ...IDS.user }) user_id!: string;
}

@Shape('Scopes that were denied to a user in one change.')
export class ScopeDenial {
  @List('text', { description: 'Denied scopes.', example: ['billing:write'] }) scopes!: string[];
  @Text({ description: 'Who denied them: the id of a user, or the name of a service.', example: 'imp_u_1a2b' }) denied_by!: string;
  @Instant({ description: 'When they were denied.' }) denied_at!: Date;
}

@Shape('The scopes of a user, and where they come from.')
export class EffectiveScopes {
  @Text(IDS.user) user_id!: string;
  @Text({ ...IDS.user, description: 'Same as `user_id`.' }) imperal_id!: string;
  @Text(IDS.tenant) tenant_id!: string;
  @Text({ description: 'Name of the role.', example: 'support' }) role!: string;
  @List('text', {
    description: 'Scopes of the role, as of when the user got it or it was last changed with `cascade`.',
    example: ['billing:*', 'extensions:call'],
  })
  role_scopes!: string[];
  @List('text', { description: 'Scopes granted to this user in addition to the role.', example: ['cases:read'] }) granted_scopes!: string[];
  @List('text', { description: 'Scopes denied to this user.', example: ['billing:write'] }) denied_scopes!: string[];
  @List('text', {
    description: 'Scopes that apply: those of the role and the grants, without the denials.',
    example: ['billing:read', 'extensions:call', 'cases:read'],
  })
  effective_scopes!: string[];
  @List(() => ScopeDenial, { description: 'Past denials, newest first: at most 100, fewer if they are long.' })
  denied_history!: ScopeDenial[];
}

export const ScopeNotFound = problem('scope_not_found', 404, 'Scope not found.');
export const SystemScope = problem('system_scope', 403, 'This scope belongs to the platform and cannot be changed or deleted.');
export const ScopeInUse = problem('scope_in_use', 409, 'Roles or users have this scope. Remove it from them first.');
export const ScopeNotHeld = problem(
  'scope_not_held',
  403,
  'You cannot grant scopes that you do not hold, or change users and roles with more administrator scopes than you.',
);

export const scopeMembers = {
  listScopes: operation('List the scopes of the platform and of your tenant', {
    description: 'Sorted by name.',
    input: ListScopes,
    output: page(Scope),
    scope: 'admin:scopes:read',
  }),
  createScope: operation('Create a scope', {
    description: 'The scope belongs to your tenant. Roles and users can then have it.',
    input: CreateScope,
    output: Scope,
    problems: [Conflict],
    scope: 'admin:scopes:write',
  }),
  updateScope: operation('Update the texts of a scope', {
    description: 'Only the display name and the description can change.',
    input: UpdateScope,
    output: Scope,
    problems: [ScopeNotFound, SystemScope],
    scope: 'admin:scopes:write',
  }),
  deleteScope: operation('Delete a scope', {
    description: 'No role and no user may have the scope.',
    input: ScopeRef,
    output: ScopeDeleted,
    problems: [ScopeNotFound, SystemScope, ScopeInUse],
    scope: 'admin:scopes:delete',
  }),
  getEffectiveScopes: operation('Read the effective scopes of a user', {
    description: 'Also shows where each scope comes from: the role, a grant or a denial.',
    input: PersonRef,
    output: EffectiveScopes,
    problems: [UserNotFound],
    scope: 'admin:users:read',
  }),
};
