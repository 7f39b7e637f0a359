import { Message } from '../common.js';
import { operation, page } from '../define.js';
import { Bool, Instant, Int, Json, Nested, Nullable, Optional, Text } from '../fields.js';
import { Forbidden, problem } from '../problem.js';
import { TenantId } from './credentials.js';

/** Like any tenant's id, and begins with a letter or a digit: `_platform_` is nobody's. */
const NewTenantId = () => Text({ min: 1, max: 64, pattern: /^[A-Za-z0-9][A-Za-z0-9_-]*$/, example: 'imp_t_acme' });
const Name = () => Text({ min: 1, max: 200, example: 'Acme Ltd' });
const AuthMethods = () =>
  Text({ min: 1, max: 200, example: 'email,api_key', description: 'By commas: `email`, and `api_key` where API keys are to work.' });
const Connections = () => Int({ min: 1, max: 10_000, description: 'Kept, and without effect: Skep pools its connections itself.' });

/** Where other platforms keep a tenant's data. Skep keeps tenants apart itself, and forgets this at once. */
export class TenantDatabase {
  @Text({ min: 1, max: 255 }) host!: string;
  @Int({ min: 1, max: 65_535 }) port: number = 3306;
  @Text({ min: 1, max: 255 }) database!: string;
  @Text({ min: 1, max: 255 }) username!: string;
  @Text({ max: 1024 }) password!: string;
}

export class CreateTenant {
  @NewTenantId() tenant_id!: string;
  @Name() name!: string;
  @Text({ max: 64, description: 'Taken, and without effect.' }) db_backend: string = 'mariadb';
  @Optional() @Nested(() => TenantDatabase, { description: 'Not needed. Checked, and neither used nor kept.' }) db_config?: TenantDatabase;
  @Text({ max: 64, description: 'Taken, and without effect.' }) isolation: string = 'dedicated';
  @AuthMethods() allowed_auth_methods: string = 'email,api_key';
  @Connections() max_connections: number = 10;
  @Json() features: Record<string, unknown> = {};
  @Optional() @TenantId() parent_tenant_id?: string;
}

export class TenantRef {
  @TenantId() tenant_id!: string;
}

/** What is left out stays. `max_connections`, `features` and `is_active` are for administrators of the platform. */
export class UpdateTenant extends TenantRef {
  @Optional() @Name() name?: string;
  @Optional() @Nested(() => TenantDatabase, { description: 'Checked, and neither used nor kept.' }) db_config?: TenantDatabase;
  @Optional() @AuthMethods() allowed_auth_methods?: string;
  @Optional() @Connections() max_connections?: number;
  @Optional() @Json() features?: Record<string, unknown>;
  @Optional() @Bool({ description: 'False ends every session of the tenant and stops its API keys; its data stays.' }) is_active?: boolean;
}

export class ListTenants {
  @Int({ min: 1, max: 500 }) limit: number = 200;
  @Int({ min: 0, max: 1_000_000 }) offset: number = 0;
}

export class TenantItem {
  @Text({ description: 'As `tenant_id`.' }) id!: string;
  @Text({ example: 'imp_t_acme' }) tenant_id!: string;
  @Text() name!: string;
  @Text({ description: 'Where the data really is.', example: 'postgres' }) db_backend!: string;
  @Text({ description: 'How the data is really kept apart: each row, by Postgres.', example: 'row' }) isolation!: string;
  @Text({ example: 'email,api_key' }) allowed_auth_methods!: string;
  @Int() max_connections!: number;
  @Json() features!: Record<string, unknown>;
  @Bool() is_active!: boolean;
  @Instant() created_at!: Date;
  @Instant() updated_at!: Date;
  @Nullable() @Text() parent_tenant_id!: string | null;
  @Bool() can_resell!: boolean;
  @Json() custom_pricing!: Record<string, unknown>;
  @Json() ui_config!: Record<string, unknown>;
}

export class TenantHealth {
  @Text() tenant_id!: string;
  @Text({ example: 'postgres' }) db_backend!: string;
  @Bool({ description: 'The tenant is active and its data can be read.' }) healthy!: boolean;
  @Text() message!: string;
}

export const TenantNotFound = problem('tenant_not_found', 404, 'There is no such tenant.');
export const TenantIdTaken = problem('tenant_id_taken', 409, 'This tenant id is or was in use.');
export const TenantInUse = problem('tenant_in_use', 409, 'People are active in this tenant. Suspend it first.');
export const TenantProtected = problem('tenant_protected', 409, 'The tenant of the platform itself cannot be suspended or deleted.');

export const tenantMembers = {
  createTenant: operation('Create a tenant (administrators of the platform)', {
    input: CreateTenant,
    output: TenantItem,
    problems: [TenantIdTaken, Forbidden],
    scope: 'admin:tenants:write',
  }),
  listTenants: operation('List the tenants you administer', { input: ListTenants, output: page(TenantItem), scope: 'admin:tenants:read' }),
  getTenant: operation('Read a tenant', { input: TenantRef, output: TenantItem, problems: [TenantNotFound], scope: 'admin:tenants:read' }),
  updateTenant: operation('Change, suspend or restore a tenant', {
    input: UpdateTenant,
    output: TenantItem,
    problems: [TenantNotFound, TenantProtected, Forbidden],
    scope: 'admin:tenants:write',
  }),
  deleteTenant: operation('Delete a tenant (administrators of the platform)', {
    input: TenantRef,
    output: Message,
    problems: [TenantNotFound, TenantInUse, TenantProtected, Forbidden],
    scope: 'admin:tenants:write',
  }),
  getTenantHealth: operation('Tell whether a tenant can be worked with', {
    input: TenantRef,
    output: TenantHealth,
    problems: [TenantNotFound],
    scope: 'admin:tenants:read',
  }),
};
