import { registry } from '@skep/contracts/registry';
import { admin, service, user } from '../../route.js';
import { del, get, patch, post, put } from '../../table.js';

export const registryRoutes = [
  get('/v1/me/extensions', registry.listMyExtensions, user()),
  post('/v1/me/extensions/disable', registry.disableExtension, user()),
  del('/v1/me/extensions/disable/{app_id}', registry.enableExtension, user()),
  get('/v1/extensions/access', registry.listAccess, service()),
  get('/v1/internal/config/resolve', registry.resolveConfig, service()),
  get('/v1/internal/config/{scope}/{scope_id}', registry.getConfig, service()),
  put('/v1/internal/config/{scope}/{scope_id}', registry.updateConfig, service(), { query: ['tenant_id', 'app_id'] }),
  get('/v1/admin/tenant-defaults', registry.getTenantDefaults, admin()),
  patch('/v1/admin/tenant-defaults', registry.updateTenantDefaults, admin(), { query: ['tenant_id'], sensitive: true }),
];
