import { marketplace } from '@skep/contracts/marketplace';
import { open, optionalUser, user } from '../../route.js';
import { del, get, post } from '../../table.js';

export const marketplaceRoutes = [
  get('/v1/marketplace/apps', marketplace.browseApps, optionalUser()),
  get('/v1/marketplace/apps/{app_id}', marketplace.getListing, optionalUser()),
  get('/v1/marketplace/apps/{app_id}/icon', marketplace.getIcon, open(), { publicSeconds: 300 }),
  get('/v1/marketplace/categories', marketplace.listCategories, optionalUser()),
  get('/v1/marketplace/categories/catalog', marketplace.getCategoryCatalog, optionalUser()),
  post('/v1/marketplace/apps/{app_id}/install', marketplace.installApp, user()),
  del('/v1/marketplace/apps/{app_id}/install', marketplace.uninstallApp, user()),
];
