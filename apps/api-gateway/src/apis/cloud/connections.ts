import { connections } from '@skep/contracts/connections';
import { account, extension, optionalUser, service } from '../../route.js';
import { del, get, post, put, redirect } from '../../table.js';

const ofUserOrApp = account({ extension: true });
const headers = { ext_id: 'X-Ext-Id' };
/** The code is exchanged at the provider, and the account described. */
const CALLBACK_MS = 25_000;
const PROVIDER = '/v1/ext/{app_id}/oauth/{provider}';

export const connectionRoutes = [
  get('/v1/secrets/{app_id}', connections.listSecrets, ofUserOrApp, { headers }),
  get('/v1/secrets/{app_id}/{name}', connections.getSecret, ofUserOrApp, { headers }),
  put('/v1/secrets/{app_id}/{name}', connections.setSecret, ofUserOrApp, { headers }),
  del('/v1/secrets/{app_id}/{name}', connections.deleteSecret, ofUserOrApp, { headers }),
  get('/v1/secrets/{app_id}/{name}/meta', connections.getSecretMeta, ofUserOrApp, { headers }),
  post(`${PROVIDER}/start`, connections.startConnection, ofUserOrApp),
  redirect(`${PROVIDER}/callback`, connections.finishConnection, optionalUser(), { timeoutMs: CALLBACK_MS }),
  redirect('/v1/oauth/{provider}/callback', connections.finishConnection, optionalUser(), {
    id: 'finishConnectionOfOperator',
    timeoutMs: CALLBACK_MS,
  }),
  get(`${PROVIDER}/accounts`, connections.listAccounts, ofUserOrApp),
  del(`${PROVIDER}/accounts/{account_id}`, connections.disconnectAccount, account(), { timeoutMs: CALLBACK_MS }),
  post(`${PROVIDER}/accounts/{account_id}/token`, connections.getProviderToken, extension(), { timeoutMs: CALLBACK_MS }),
  get('/v1/oauth/internal/{provider}/accounts', connections.listAccountsOf, service()),
];
