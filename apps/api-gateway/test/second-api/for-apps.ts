import { kernel } from '@skep/contracts/kernel';
import { marketplace } from '@skep/contracts/marketplace';
import { api } from '../../src/api.js';
import { accessToken } from '../../src/auth/access-tokens.js';
import { apiKey } from '../../src/auth/api-keys.js';
import { extensionToken } from '../../src/auth/extension-tokens.js';
import { serviceToken } from '../../src/auth/service-tokens.js';
import { extension } from '../../src/route.js';
import { get, post } from '../../src/table.js';

/** An API for the code of apps, which name their app in the path, in the query or in the body. */
export const forApps = api({
  name: 'for-apps',
  prefix: '/for-apps',
  info: { title: 'For apps', summary: 'Three routes.', description: 'An API of the tests.' },
  tags: { marketplace: 'Listings.', kernel: 'Calls.' },
  auth: [extensionToken, serviceToken, accessToken, apiKey],
  routes: [
    get('/for-apps/{app_id}/listing', marketplace.getListing, extension()),
    get('/for-apps/listing', marketplace.getListing, extension(), { id: 'getListingByQuery' }),
    post('/for-apps/calls', kernel.callFunction, extension()),
  ],
});
