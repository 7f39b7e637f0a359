import { auth } from '@skep/contracts/auth';
import { installationHealthExchange } from '../../exchange/installation-health-exchange.js';
import { account, admin } from '../../route.js';
import { del, get, patch, post, put, routeBuilder } from '../../table.js';

const healthOf = routeBuilder('GET', installationHealthExchange);

export const tenantRoutes = [
  post('/v1/tenants', auth.createTenant, admin(), { status: 201, sensitive: true }),
  get('/v1/tenants', auth.listTenants, admin()),
  get('/v1/tenants/{tenant_id}', auth.getTenant, admin()),
  patch('/v1/tenants/{tenant_id}', auth.updateTenant, admin(), { sensitive: true }),
  del('/v1/tenants/{tenant_id}', auth.deleteTenant, admin(), { sensitive: true }),
  get('/v1/tenants/{tenant_id}/health', auth.getTenantHealth, admin()),
  healthOf('/v1/admin/health', auth.getInstallationHealth, admin()),
  post('/v1/identity-providers', auth.createIdentityProvider, admin(), { status: 201, sensitive: true, timeoutMs: 15_000 }),
  get('/v1/identity-providers', auth.listIdentityProviders, admin(), { sensitive: true }),
  patch('/v1/identity-providers/{provider_id}', auth.updateIdentityProvider, admin(), { sensitive: true, timeoutMs: 15_000 }),
  del('/v1/identity-providers/{provider_id}', auth.deleteIdentityProvider, admin(), { sensitive: true }),
  get('/v1/agencies/me', auth.getMyAgency, account()),
  get('/v1/agencies', auth.listAgencies, admin()),
  post('/v1/agencies', auth.createAgency, admin(), { status: 201 }),
  get('/v1/agencies/{agency_id}', auth.getAgency, admin()),
  put('/v1/agencies/{agency_id}/settings', auth.updateAgencySettings, admin()),
  get('/v1/agencies/{agency_id}/theme', auth.getAgencyTheme, admin()),
  put('/v1/agencies/{agency_id}/theme', auth.setAgencyTheme, admin(), { closed: true }),
];
