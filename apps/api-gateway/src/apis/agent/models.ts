import { models } from '@skep/contracts/models';
import { del, get, post, put } from '../../table.js';
import { person, reader } from './access.js';

/** Providers that do not answer are waited for. */
const PROVIDERS_MS = 15_000;

export const modelRoutes = [
  get('/api/config/providers', models.listProviders, reader, { timeoutMs: PROVIDERS_MS }),
  post('/api/config/providers', models.addProvider, person),
  put('/api/config/providers/{name}', models.updateProvider, person),
  del('/api/config/providers/{name}', models.removeProvider, person),
  get('/api/config/providers/{name}/models', models.listProviderModels, person, { timeoutMs: PROVIDERS_MS }),
  put('/api/config/failover-order', models.setFailoverOrder, person),
  get('/api/usage/summary', models.getUsageSummary, person),
  get('/api/usage/daily', models.getDailyUsage, person),
  get('/api/usage/history', models.listUsage, person),
];
