import { auth } from '@skep/contracts/auth';
import { account, admin } from '../../route.js';
import { del, get, patch, post, put } from '../../table.js';

export const tenantRoutes = [
  post('/v1/tenants', auth.createTenant, admin(), { status: 201, sensitive: true }),
  get('/v1/tenants', auth.listTenants, admin()),
  get('/v1/tenants/{tenant_id}', auth.getTenant, admin()),
  patch('/v1/tenants/{tenant_id}', auth.updateTenant, admin(), { sensitive: true }),
  del('/v1/tenants/{tenant_id}', auth.deleteTenant, admin(), { sensitive: true }),
  get('/v1/tenants/{tenant_id}/health', auth.getTenantHealth, admin()),
  get('/v1/agencies/me', auth.getMyAgency, account()),
  get('/v1/agencies', auth.listAgencies, admin()),
  post('/v1/agencies', auth.createAgency, admin(), { status: 201 }),
  get('/v1/agencies/{agency_id}', auth.getAgency, admin()),
  put('/v1/agencies/{agency_id}/settings', auth.updateAgencySettings, admin()),
];
