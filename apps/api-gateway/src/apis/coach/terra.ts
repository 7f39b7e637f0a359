import { connections, TERRA_WEBHOOK_BYTES } from '@skep/contracts/connections';
import { outcome, webhook } from '../../table.js';
import { person } from './access.js';

/** Includes the answer of Terra. */
const timeoutMs = 10_000;
const SDK_TOKEN = '/session/sdk-token';
const secret = outcome({ headers: { 'cache-control': { of: () => 'no-store', description: 'The answer is not stored.' } } });

export const terraRoutes = [
  secret.post('/session', connections.openTerraSession, person, { timeoutMs }),
  secret.post(SDK_TOKEN, connections.createTerraSdkToken, person, { timeoutMs }),
  secret.get(SDK_TOKEN, connections.createTerraSdkToken, person, { id: 'getTerraSdkToken', timeoutMs }),
  webhook('/terra_webhooks', connections.receiveTerra, {
    headers: { signature: 'terra-signature', x_signature: 'x-terra-signature', trace_id: 'x-terra-trace-id' },
    maxBytes: TERRA_WEBHOOK_BYTES,
    example: { type: 'auth', status: 'success', user: { user_id: '9f2c', provider: 'FITBIT', reference_id: 'imp_u_4f9a' } },
    limit: 'terra',
    perMinute: 3_000,
  }),
];
