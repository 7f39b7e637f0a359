import { connections } from '@skep/contracts/connections';
import { account } from '../../route.js';
import { del, get, put } from '../../table.js';

const ofUserOrApp = account({ extension: true });
const headers = { ext_id: 'X-Ext-Id' };

export const connectionRoutes = [
  get('/v1/secrets/{app_id}', connections.listSecrets, ofUserOrApp, { headers }),
  get('/v1/secrets/{app_id}/{name}', connections.getSecret, ofUserOrApp, { headers }),
  put('/v1/secrets/{app_id}/{name}', connections.setSecret, ofUserOrApp, { headers }),
  del('/v1/secrets/{app_id}/{name}', connections.deleteSecret, ofUserOrApp, { headers }),
  get('/v1/secrets/{app_id}/{name}/meta', connections.getSecretMeta, ofUserOrApp, { headers }),
];
