import { Cursor, IDS, Message } from '../common.js';
import { operation, page } from '../define.js';
import { Bool, type FieldDocs, Instant, Int, Json, Nested, Nullable, Optional, Shape, Text } from '../fields.js';
import { Forbidden, problem } from '../problem.js';
import { TenantId } from './credentials.js';

/** As `TenantId`, but the first character is a letter or a digit: `_platform_` is reserved. */
const NewTenantId = () =>
  Text({
    min: 1,
    max: 64,
    pattern: /^[A-Za-z0-9][A-Za-z0-9_-]*$/,
    description: 'Id of the tenant. It can never be used for another tenant.',
    example: 'imp_t_acme',
  });
const Name = () => Text({ min: 1, max: 200, description: 'Name of the organisation.', example: 'Acme Ltd' });
const authMethods = {
  description: 'How users authenticate, separated by commas: `email` (required), and `api_key` to allow API keys.',
  example: 'email,api_key',
} satisfies FieldDocs;
const AuthMethods = () => Text({ min: 1, max: 200, ...authMethods });
const connections = { description: 'Stored without effect: Skep pools its database connections itself.', example: 10 } satisfies FieldDocs;
const Connections = () => Int({ min: 1, max: 10_000, ...connections });
const features = { description: 'Feature flags. Skep stores them for clients.', example: { beta: true } } satisfies FieldDocs;
const NamedTenantId = () => TenantId({ description: 'Id of the tenant.', example: 'imp_t_acme' });

@Shape('The database of a tenant on other platforms. Skep accepts it for their clients, checks its form, and neither uses nor stores it.')
export class TenantDatabase {
  @Text({ min: 1, max: 255, description: 'Host name.', example: 'db.example.com' }) host!: string;
  @Int({ min: 1, max: 65_535, description: 'Port.' }) port: number = 3306;
  @Text({ min: 1, max: 255, description: 'Name of the database.', example: 'acme' }) database!: string;
  @Text({ min: 1, max: 255, description: 'Name of the database user.', example: 'acme' }) username!: string;
  @Text({ max: 1024, description: 'Password of the database user.', example: 'not stored' }) password!: string;
}

@Shape('A new tenant.')
export class CreateTenant {
  @NewTenantId() tenant_id!: string;
  @Name() name!: string;
  @Text({ max: 64, description: 'Accepted without effect: Skep keeps its data in Postgres.' }) db_backend: string = 'mariadb';
  @Optional()
  @Nested(() => TenantDatabase, { description: 'Not needed: it is neither used nor stored.' })
  db_config?: TenantDatabase;
  @Text({ max: 64, description: 'Accepted without effect: Skep separates tenants by row-level security.' }) isolation: string = 'dedicated';
  @AuthMethods() allowed_auth_methods: string = 'email,api_key';
  @Connections() max_connections: number = 10;
  @Json(features) features: Record<string, unknown> = {};
  @Optional() @TenantId({ description: 'Id of the parent tenant, which must exist.', example: undefined }) parent_tenant_id?: string;
}

@Shape('Identifies a tenant.')
export class TenantRef {
  @NamedTenantId() tenant_id!: string;
}

@Shape(
  'A change of a tenant. Fields that are left out do not change. Only administrators of the platform can change `max_connections`, `features` and `is_active`.',
)
export class UpdateTenant extends TenantRef {
  @Optional() @Name() name?: string;
  @Optional()
  @Nested(() => TenantDatabase, { description: 'Not needed: it is neither used nor stored.' })
  db_config?: TenantDatabase;
  @Optional() @AuthMethods() allowed_auth_methods?: string;
  @Optional() @Int({ min: 1, max: 10_000, description: connections.description }) max_connections?: number;
  @Optional() @Json({ description: `${features.description} They replace all present flags.` }) features?: Record<string, unknown>;
  @Optional()
  @Bool({ description: 'False suspends the tenant: its sessions end and its API keys stop working; its data stays. True restores it.' })
  is_active?: boolean;
}

@Shape('A page of tenants.')
export class ListTenants {
  @Int({ min: 1, max: 500, description: 'Number of tenants to return.' }) limit: number = 200;
  @Int({ min: 0, max: 1_000_000, description: 'Number of tenants to skip.' }) offset: number = 0;
  @Cursor() cursor?: string;
}

@Shape('A tenant: an organisation whose users, roles and data are separate from those of every other tenant.')
export class TenantItem {
  @Text({ description: 'Id of the tenant. The same as `tenant_id`.', example: 'imp_t_acme' }) id!: string;
  @Text({ description: 'Id of the tenant.', example: 'imp_t_acme' }) tenant_id!: string;
  @Text({ description: 'Name of the organisation.', example: 'Acme Ltd' }) name!: string;
  @Text({ description: 'Where the data is stored. Always `postgres`.', example: 'postgres' }) db_backend!: string;
  @Text({ description: 'How the data is separated. Always `row`: Postgres row-level security.', example: 'row' }) isolation!: string;
  @Text(authMethods) allowed_auth_methods!: string;
  @Int(connections) max_connections!: number;
  @Json(features) features!: Record<string, unknown>;
  @Bool({ description: 'False if the tenant is suspended.', example: true }) is_active!: boolean;
  @Instant({ description: 'When the tenant was created.' }) created_at!: Date;
  @Instant({ description: 'When the tenant was last changed.' }) updated_at!: Date;
  @Nullable() @Text({ description: 'Id of the parent tenant. Null if there is none.' }) parent_tenant_id!: string | null;
  @Bool({ description: 'Always false. Kept for existing clients.', example: false }) can_resell!: boolean;
  @Json({ description: 'Always empty. Kept for existing clients.' }) custom_pricing!: Record<string, unknown>;
  @Json({ description: 'Always empty. Kept for existing clients.' }) ui_config!: Record<string, unknown>;
}

@Shape('The health of a tenant.')
export class TenantHealth {
  @Text(IDS.tenant) tenant_id!: string;
  @Text({ description: 'Where the data is stored. Always `postgres`.', example: 'postgres' }) db_backend!: string;
  @Bool({ description: 'True if the tenant is active and its data can be read.' }) healthy!: boolean;
  @Text({ description: 'State of the tenant, as a sentence.', example: 'The tenant is active.' }) message!: string;
}

export const TenantNotFound = problem('tenant_not_found', 404, 'Tenant not found.');
export const TenantIdTaken = problem('tenant_id_taken', 409, 'This tenant id is in use, or was used by a deleted tenant.');
export const TenantInUse = problem('tenant_in_use', 409, 'This tenant has active users. Suspend it first.');
export const TenantProtected = problem('tenant_protected', 409, 'The platform tenant cannot be suspended or deleted.');

export const tenantMembers = {
  createTenant: operation('Create a tenant', {
    description: 'Only for administrators of the platform.',
    input: CreateTenant,
    output: TenantItem,
    problems: [TenantIdTaken, Forbidden],
    scope: 'admin:tenants:write',
  }),
  listTenants: operation('List the tenants that you administer', {
    description: 'Administrators of the platform see all tenants, others only their own.',
    input: ListTenants,
    output: page(TenantItem),
    scope: 'admin:tenants:read',
  }),
  getTenant: operation('Read a tenant', {
    description: 'Administrators of the platform can read every tenant, others only their own.',
    input: TenantRef,
    output: TenantItem,
    problems: [TenantNotFound],
    scope: 'admin:tenants:read',
  }),
  updateTenant: operation('Update, suspend or restore a tenant', {
    description:
      'Administrators of a tenant can change its name and authentication methods; the rest is for administrators of the platform.',
    input: UpdateTenant,
    output: TenantItem,
    problems: [TenantNotFound, TenantProtected, Forbidden],
    scope: 'admin:tenants:write',
  }),
  deleteTenant: operation('Delete a tenant', {
    description: 'Only for administrators of the platform. Its id stays taken.',
    input: TenantRef,
    output: Message,
    problems: [TenantNotFound, TenantInUse, TenantProtected, Forbidden],
    scope: 'admin:tenants:write',
  }),
  getTenantHealth: operation('Read the health of a tenant', {
    description: 'Shows whether the tenant is active, and how many users can sign in.',
    input: TenantRef,
    output: TenantHealth,
    problems: [TenantNotFound],
    scope: 'admin:tenants:read',
  }),
};
