import { connections } from '@skep/contracts/connections';
import { account, extension, open, optionalUser, service } from '../../route.js';
import { confirm, del, get, post, put, redirect, webhook } from '../../table.js';

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
  confirm(`${PROVIDER}/confirm`, connections.confirmConnection, open(), { timeoutMs: CALLBACK_MS, failuresPerMinute: 20 }),
  redirect('/v1/oauth/{provider}/callback', connections.finishConnection, optionalUser(), {
    id: 'finishConnectionOfOperator',
    timeoutMs: CALLBACK_MS,
  }),
  get(`${PROVIDER}/accounts`, connections.listAccounts, ofUserOrApp),
  del(`${PROVIDER}/accounts/{account_id}`, connections.disconnectAccount, account()),
  post(`${PROVIDER}/accounts/{account_id}/token`, connections.getProviderToken, extension(), { timeoutMs: CALLBACK_MS }),
  webhook('/v1/webhooks/gmail', connections.receiveGmailPush, {
    headers: { token: { name: 'Authorization', scheme: 'Bearer' } },
    maxBytes: 64 << 10,
    example: {
      message: {
        data: 'eyJlbWFpbEFkZHJlc3MiOiJhZGFAZXhhbXBsZS5jb20iLCJoaXN0b3J5SWQiOjE3fQ==',
        messageId: '1',
        publishTime: '2026-06-21T09:30:00Z',
      },
    },
    limit: 'gmail',
    perMinute: 3_000,
    timeoutMs: 9_000,
  }),
  get('/v1/oauth/internal/{provider}/accounts', connections.listAccountsOf, service()),
];
