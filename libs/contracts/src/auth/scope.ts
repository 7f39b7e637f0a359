import { ListOffset } from '../common.js';
import { list, operation } from '../define.js';
import { Bool, Instant, Int, List, Nullable, OneOf, Optional, Text } from '../fields.js';
import { Conflict, problem } from '../problem.js';
import { UserNotFound } from './account.js';

/**
 * What may be granted, whatever the tenant: every scope that a route or a built-in extension asks for. `resource:action`, where
 * the action is the last word. Held with `*` behind a resource it means all of that resource, and `*` alone means everything.
 */
export const PLATFORM_SCOPES = {
  'actions:read': 'See one’s own actions.',
  'admin:agencies:read': 'See the agencies of the tenant.',
  'admin:agencies:write': 'Make and change agencies of the tenant.',
  'admin:audit:read': 'Read the audit log of the tenant.',
  'admin:billing:read': 'See everybody’s wallets and usage.',
  'admin:billing:write': 'Change prices and plans, adjust wallets.',
  'admin:billing:delete': 'Remove prices and plans.',
  'admin:developer:review': 'Approve and reject submitted apps.',
  'admin:extensions:read': 'See every app and who has it.',
  'admin:extensions:write': 'Configure and suspend apps.',
  'admin:extensions:delete': 'Remove apps.',
  'admin:llm:read': 'See the language models and their settings.',
  'admin:llm:write': 'Choose language models.',
  'admin:payment:read': 'See payments and payouts.',
  'admin:payment:write': 'Settle payments and payouts.',
  'admin:roles:read': 'See roles.',
  'admin:roles:write': 'Make and change roles.',
  'admin:roles:delete': 'Remove roles.',
  'admin:scopes:read': 'See which scopes there are.',
  'admin:scopes:write': 'Add and describe scopes.',
  'admin:scopes:delete': 'Remove scopes.',
  'admin:system:read': 'See how the platform is set up.',
  'admin:system:write': 'Set up the platform.',
  'admin:tenants:read': 'See the tenant; those of the platform’s own tenant see all.',
  'admin:tenants:write': 'Change the tenant; those of the platform’s own tenant make, suspend and delete others.',
  'admin:users:read': 'See people.',
  'admin:users:write': 'Add people, and change what they may do.',
  'admin:users:delete': 'Deactivate and erase people.',
  'ai:complete': 'Use language models.',
  'automations:read': 'See automations.',
  'automations:write': 'Make and change automations.',
  'automations:delete': 'Remove automations.',
  'billing:read': 'See one’s own wallet and usage.',
  'billing:write': 'Buy credits, change one’s plan and ways to pay.',
  'chat:use': 'Talk to the assistant.',
  'coding_remote:read': 'Follow coding sessions.',
  'coding_remote:write': 'Steer coding sessions.',
  'config:read': 'Read settings.',
  'config:write': 'Change settings.',
  'connections:use': 'Use connected accounts.',
  'connectors:use': 'Use connectors.',
  'developer:apps:read': 'See one’s own apps.',
  'developer:apps:write': 'Make, change and deploy one’s own apps.',
  'developer:apps:delete': 'Remove one’s own apps.',
  'developer:earnings:read': 'See what one’s apps have earned.',
  'developer:payouts:read': 'See one’s payouts.',
  'developer:payouts:write': 'Ask for payouts.',
  'developer:pricing:read': 'See prices of one’s own apps.',
  'developer:pricing:write': 'Set prices of one’s own apps.',
  'developer:profile:read': 'See one’s developer profile.',
  'developer:profile:write': 'Change one’s developer profile.',
  'developer:secrets:read': 'See which secrets one’s apps have.',
  'developer:secrets:write': 'Set secrets of one’s apps.',
  'developer:secrets:delete': 'Remove secrets of one’s apps.',
  'developer:skeleton:read': 'See the skeletons of one’s apps.',
  'developer:skeleton:write': 'Change the skeletons of one’s apps.',
  'events:subscribe': 'Follow events.',
  'extensions:call': 'Call functions of one’s extensions.',
  'extensions:read': 'See one’s extensions and their functions.',
  'extensions:write': 'Switch one’s extensions on and off.',
  'marketplace:read': 'Look around in the marketplace.',
  'marketplace:write': 'Install apps and review them.',
  'marketplace:submit': 'Submit apps to the marketplace.',
  'memory:read': 'Read what is remembered.',
  'memory:write': 'Change what is remembered.',
  'notifications:read': 'See notifications.',
  'notifications:write': 'Change notifications.',
  'notify:push': 'Send notifications.',
  'storage:read': 'Read files.',
  'storage:write': 'Write files.',
  'store:read': 'Read documents.',
  'store:write': 'Write documents.',
  'users:read': 'See who is there.',
  'voice:use': 'Use the voice.',
} as const;
export type PlatformScope = keyof typeof PLATFORM_SCOPES;

const plain = (scope: string) => scope.replaceAll('.', ':');

/** Does the first scope include the second? `*` includes all, `billing:*` and `billing.*` include `billing:read` and themselves. */
export function includesScope(scope: string, other: string): boolean {
  const [held, wanted] = [plain(scope), plain(other)];
  return held === '*' || held === wanted || (held.endsWith(':*') && wanted.startsWith(held.slice(0, -1)));
}

/** Does somebody with these scopes hold this one? */
export const holdsScope = (scopes: readonly string[], wanted: string): boolean => scopes.some((scope) => includesScope(scope, wanted));

export const SCOPE_SOURCES = ['platform', 'tenant', 'extension'] as const;
export type ScopeSource = (typeof SCOPE_SOURCES)[number];

export class Scope {
  @Int() id!: number;
  @Text({ description: '`_platform_` for one that every tenant has.' }) tenant_id!: string;
  @Text({ example: 'cases:read' }) name!: string;
  @Text({ example: 'cases' }) resource!: string;
  @Text({ example: 'read' }) action!: string;
  @Text() display_name!: string;
  @Text() description!: string;
  @OneOf(SCOPE_SOURCES) source!: ScopeSource;
  @Nullable() @Text({ description: 'The app that brought it.' }) source_id!: string | null;
  @Bool({ description: 'Belongs to the platform itself, and stays.' }) is_system!: boolean;
  @Instant() created_at!: Date;
}

export class ListScopes extends ListOffset {
  @Optional() @Text({ max: 100 }) resource?: string;
  @Optional() @OneOf(SCOPE_SOURCES) source?: ScopeSource;
}

export class CreateScope {
  @Text({ min: 1, max: 100, pattern: /^[a-z][a-z0-9_-]*(:[a-z][a-z0-9_-]*)*$/, example: 'cases' }) resource!: string;
  @Text({ min: 1, max: 50, pattern: /^[a-z][a-z0-9_-]*$/, example: 'read' }) action!: string;
  @Optional() @Text({ max: 151, description: 'Not needed: it is `resource:action`.' }) name?: string;
  @Optional() @Text({ max: 200 }) display_name?: string;
  @Optional() @Text({ max: 1000 }) description?: string;
  @Optional() @OneOf(SCOPE_SOURCES, { description: '`platform` for the tenant `_platform_` alone.' }) source?: ScopeSource;
  @Optional() @Text({ max: 100 }) source_id?: string;
}

export class ScopeRef {
  @Int({ min: 1 }) scope_id!: number;
}

export class UpdateScope extends ScopeRef {
  @Optional() @Text({ max: 200 }) display_name?: string;
  @Optional() @Text({ max: 1000 }) description?: string;
}

export class ScopeDeleted {
  @Int() id!: number;
  @Text() name!: string;
  @Bool() deleted!: boolean;
}

export class PersonRef {
  @Text({ min: 1, max: 64 }) user_id!: string;
}

/** Scopes that were taken from somebody at one time. */
export class ScopeDenial {
  @List('text') scopes!: string[];
  @Text() denied_by!: string;
  @Instant() denied_at!: Date;
}

/** What a person may do, and why. */
export class EffectiveScopes {
  @Text() user_id!: string;
  @Text() imperal_id!: string;
  @Text() tenant_id!: string;
  @Text() role!: string;
  @List('text', { description: 'What the role gave, at the assignment or at the last cascade.' }) role_scopes!: string[];
  @List('text', { description: 'Granted to this person besides.' }) granted_scopes!: string[];
  @List('text', { description: 'Taken from this person.' }) denied_scopes!: string[];
  @List('text', { description: 'What counts: the role’s and the granted ones without the denied ones.' }) effective_scopes!: string[];
  @List(() => ScopeDenial, { description: 'Newest first; 100 at the most, and fewer where they are long.' }) denied_history!: ScopeDenial[];
}

export const ScopeNotFound = problem('scope_not_found', 404, 'There is no such scope.');
export const SystemScope = problem('system_scope', 403, 'This scope belongs to the platform and stays as it is.');
export const ScopeInUse = problem('scope_in_use', 409, 'Roles or people have this scope. Take it from them first.');
export const ScopeNotHeld = problem('scope_not_held', 403, 'You may not give, or decide about, more than you hold yourself.');

export const scopeMembers = {
  listScopes: operation('List the scopes of the platform and of your tenant', {
    input: ListScopes,
    output: list(Scope),
    scope: 'admin:scopes:read',
  }),
  createScope: operation('Add a scope', { input: CreateScope, output: Scope, problems: [Conflict], scope: 'admin:scopes:write' }),
  updateScope: operation('Describe a scope', {
    input: UpdateScope,
    output: Scope,
    problems: [ScopeNotFound, SystemScope],
    scope: 'admin:scopes:write',
  }),
  deleteScope: operation('Remove a scope that nobody has', {
    input: ScopeRef,
    output: ScopeDeleted,
    problems: [ScopeNotFound, SystemScope, ScopeInUse],
    scope: 'admin:scopes:delete',
  }),
  getEffectiveScopes: operation('Tell what a person may do, and why', {
    input: PersonRef,
    output: EffectiveScopes,
    problems: [UserNotFound],
    scope: 'admin:users:read',
  }),
};
