import { registry } from '@skep/contracts/registry';
import { service, user } from '../../route.js';
import { del, get, post } from '../../table.js';

export const registryRoutes = [
  get('/v1/me/extensions', registry.listMyExtensions, user()),
  post('/v1/me/extensions/disable', registry.disableExtension, user()),
  del('/v1/me/extensions/disable/{app_id}', registry.enableExtension, user()),
  get('/v1/extensions/access', registry.listAccess, service()),
];
