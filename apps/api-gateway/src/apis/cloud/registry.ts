import { registry } from '@skep/contracts/registry';
import { del, get, post, service, user } from '../../route.js';

export const registryRoutes = [
  get('/v1/me/extensions', registry.listMyExtensions, user()),
  post('/v1/me/extensions/disable', registry.disableExtension, user()),
  del('/v1/me/extensions/disable/{app_id}', registry.enableExtension, user()),
  get('/v1/extensions/access', registry.listAccess, service()),
];
