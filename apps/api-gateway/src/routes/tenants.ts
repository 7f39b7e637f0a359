import { auth } from '@skep/contracts';
import { admin, del, get, patch, post, put, user } from './define.js';

const readTenants = admin('admin:tenants:read');
const writeTenants = admin('admin:tenants:write');
const readAgencies = admin('admin:agencies:read');
const writeAgencies = admin('admin:agencies:write');

export const tenantRoutes = [
  post('/v1/tenants', auth.createTenant, writeTenants, { status: 201, sensitive: true }),
  get('/v1/tenants', auth.listTenants, readTenants),
  get('/v1/tenants/{tenant_id}', auth.getTenant, readTenants),
  patch('/v1/tenants/{tenant_id}', auth.updateTenant, writeTenants, { sensitive: true }),
  del('/v1/tenants/{tenant_id}', auth.deleteTenant, writeTenants, { sensitive: true }),
  get('/v1/tenants/{tenant_id}/health', auth.getTenantHealth, readTenants),
  get('/v1/agencies/me', auth.getMyAgency, user()),
  get('/v1/agencies', auth.listAgencies, readAgencies),
  post('/v1/agencies', auth.createAgency, writeAgencies, { status: 201 }),
  get('/v1/agencies/{agency_id}', auth.getAgency, readAgencies),
  put('/v1/agencies/{agency_id}/settings', auth.updateAgencySettings, writeAgencies),
];
