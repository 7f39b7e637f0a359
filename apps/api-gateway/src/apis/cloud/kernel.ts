import { kernel, WEBHOOK_METHODS } from '@skep/contracts/kernel';
import { open, service, user } from '../../route.js';
import { appWebhook, call, get, post } from '../../table.js';

/** A function call can include calls of a language model. */
export const CALL_MS = 90_000;

export const kernelRoutes = [
  call('/v1/extensions/{app_id}/call', kernel.callFunction, user(), { timeoutMs: CALL_MS }),
  post('/v1/extensions/{app_id}/batch', kernel.callFunctions, user(), { timeoutMs: CALL_MS }),
  post('/v1/actions', kernel.recordAction, service()),
  get('/v1/actions', kernel.listActions, user()),
  get('/v1/actions/stats', kernel.getActionStats, user()),
  get('/v1/actions/{trace_id}', kernel.getAction, user()),
  get('/v1/traces/{id}', kernel.getTrace, user({ alone: true }), { perMinute: 120 }),
  get('/v1/actions/stats/extension/{app_id}', kernel.getOwnAppActionStats, user()),
  get('/v1/actions/stats/marketplace/{app_id}', kernel.getAppActionStats, service()),
  get('/v1/internal/actions', kernel.listUserActions, service()),
  get('/v1/internal/actions/stats', kernel.getUserActionStats, service()),
  get('/v1/internal/actions/stats/extension/{app_id}', kernel.getAppActionStats, service(), { id: 'getInternalAppActionStats' }),
  post('/v1/internal/events/publish', kernel.publishEvent, service()),
  get('/v1/events/stats', kernel.getEventStats, service()),
  ...WEBHOOK_METHODS.map((method) =>
    appWebhook(method, '/v1/ext/{app_id}/webhook/{path}', kernel.receiveAppWebhook, {
      id: `${method.toLowerCase()}AppWebhook`,
      limit: 'webhooks',
      perMinute: 1_200,
      appPerMinute: 600,
      // Senders wait ten to thirty seconds.
      timeoutMs: 30_000,
    }),
  ),
  get('/v1/ext/{app_id}/health', kernel.getAppHealth, open()),
];
