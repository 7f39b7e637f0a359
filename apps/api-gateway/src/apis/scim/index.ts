import { auth } from '@skep/contracts/auth';
import { api } from '../../api.js';
import { accessToken } from '../../auth/access-tokens.js';
import { apiKey, bearerApiKey } from '../../auth/api-keys.js';
import { extensionToken } from '../../auth/extension-tokens.js';
import { serviceToken } from '../../auth/service-tokens.js';
import { admin } from '../../route.js';
import { scim } from '../../table.js';
import { scimErrors } from './errors.js';

const ofProvider = admin({ key: true });
const change = { sensitive: true, timeoutMs: 20_000 };

/** SCIM 2.0 (RFC 7644), for the identity providers of organisations. */
export const scimApi = api({
  name: 'scim',
  prefix: '/scim/v2',
  info: {
    title: 'Skep, provisioning',
    summary: 'SCIM 2.0 for the identity providers of organisations.',
    description:
      'People and groups of a tenant, for Okta, Entra ID and other providers. They send an API key of an administrator as a bearer token.',
  },
  tags: { auth: 'People and groups.' },
  errors: scimErrors,
  auth: [bearerApiKey, extensionToken, serviceToken, accessToken, apiKey],
  routes: [
    scim.get('/scim/v2/ServiceProviderConfig', auth.getScimServiceConfig, ofProvider),
    scim.get('/scim/v2/ResourceTypes', auth.listScimResourceTypes, ofProvider),
    scim.get('/scim/v2/Schemas', auth.listScimSchemas, ofProvider),
    scim.get('/scim/v2/Users', auth.listScimUsers, ofProvider),
    scim.post('/scim/v2/Users', auth.createScimUser, ofProvider, { status: 201, ...change }),
    scim.get('/scim/v2/Users/{id}', auth.getScimUser, ofProvider),
    scim.put('/scim/v2/Users/{id}', auth.replaceScimUser, ofProvider, change),
    scim.patch('/scim/v2/Users/{id}', auth.patchScimUser, ofProvider, change),
    scim.delete('/scim/v2/Users/{id}', auth.deleteScimUser, ofProvider, { status: 204, ...change }),
    scim.get('/scim/v2/Groups', auth.listScimGroups, ofProvider),
    scim.post('/scim/v2/Groups', auth.createScimGroup, ofProvider, { status: 201, ...change }),
    scim.get('/scim/v2/Groups/{id}', auth.getScimGroup, ofProvider),
    scim.put('/scim/v2/Groups/{id}', auth.replaceScimGroup, ofProvider, change),
    scim.patch('/scim/v2/Groups/{id}', auth.patchScimGroup, ofProvider, change),
    scim.delete('/scim/v2/Groups/{id}', auth.deleteScimGroup, ofProvider, { status: 204, ...change }),
  ],
});
