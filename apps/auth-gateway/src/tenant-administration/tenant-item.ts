import type { TenantItem } from '@skep/contracts/auth';
import type { TenantEntity } from '../tenant/tenant.entity.js';

/** A tenant as the API describes it, with the fields that have one value on Skep. */
export const toTenantItem = (tenant: TenantEntity): TenantItem => ({
  ...tenant,
  tenant_id: tenant.id,
  db_backend: 'postgres',
  isolation: 'row',
  can_resell: false,
  custom_pricing: {},
  ui_config: {},
});
