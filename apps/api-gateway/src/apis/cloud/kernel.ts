import { kernel } from '@skep/contracts/kernel';
import { service, user } from '../../route.js';
import { del, get, post } from '../../table.js';

/** A function call can include calls of a language model. */
export const CALL_MS = 90_000;
/** Replaced by the extension `automations`. */
const deprecated = { since: new Date('2026-06-21T00:00:00Z'), sunset: new Date('2027-06-21T00:00:00Z') };

export const kernelRoutes = [
  post('/v1/extensions/{app_id}/call', kernel.callFunction, user(), { timeoutMs: CALL_MS }),
  post('/v1/extensions/{app_id}/batch', kernel.callFunctions, user(), { timeoutMs: CALL_MS }),
  post('/v1/actions', kernel.recordAction, service()),
  get('/v1/actions', kernel.listActions, user()),
  get('/v1/actions/stats', kernel.getActionStats, user()),
  get('/v1/actions/{trace_id}', kernel.getAction, user()),
  get('/v1/actions/stats/extension/{app_id}', kernel.getOwnAppActionStats, user()),
  get('/v1/actions/stats/marketplace/{app_id}', kernel.getAppActionStats, service()),
  get('/v1/internal/actions', kernel.listUserActions, service()),
  get('/v1/internal/actions/stats', kernel.getUserActionStats, service()),
  get('/v1/internal/actions/stats/extension/{app_id}', kernel.getAppActionStats, service(), { id: 'getInternalAppActionStats' }),
  post('/v1/internal/events/publish', kernel.publishEvent, service()),
  get('/v1/events/stats', kernel.getEventStats, service()),
  post('/v1/automations', kernel.createAutomation, user(), { deprecated }),
  get('/v1/automations', kernel.listAutomations, user()),
  post('/v1/automations/{rule_id}/pause', kernel.pauseAutomation, user()),
  post('/v1/automations/{rule_id}/resume', kernel.resumeAutomation, user()),
  del('/v1/automations/{rule_id}', kernel.deleteAutomation, user()),
];
