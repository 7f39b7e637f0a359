import { automation } from '@skep/contracts/automation';
import { service, user } from '../../route.js';
import { del, get, patch, post } from '../../table.js';
import { CALL_MS } from './kernel.js';

/** Replaced by the extension `automations`. */
const deprecated = { since: new Date('2026-06-21T00:00:00Z'), sunset: new Date('2027-06-21T00:00:00Z') };

// A language model may interpret a prompt.
export const automationRoutes = [
  post('/v1/automations', automation.createAutomation, user(), { deprecated, timeoutMs: CALL_MS }),
  get('/v1/automations', automation.listAutomations, user()),
  post('/v1/automations/{rule_id}/pause', automation.pauseAutomation, user()),
  post('/v1/automations/{rule_id}/resume', automation.resumeAutomation, user(), { timeoutMs: CALL_MS }),
  del('/v1/automations/{rule_id}', automation.deleteAutomation, user()),
  get('/v1/automations/{rule_id}/executions', automation.listAutomationExecutions, user()),
  post('/v1/automations/internal/create', automation.createAutomationFor, service()),
  get('/v1/automations/internal/all', automation.listTenantAutomations, service()),
  get('/v1/automations/internal/active', automation.listActiveAutomations, service()),
  get('/v1/automations/internal/quota', automation.getAutomationQuota, service()),
  get('/v1/automations/internal/{rule_id}/count', automation.countAutomationExecutions, service()),
  post('/v1/automations/internal/triggered', automation.recordAutomationExecution, service()),
  post('/v1/automations/internal/check-timeout', automation.failLateExecutions, service()),
  post('/v1/automations/internal/{rule_id}/execution-result', automation.recordExecutionResult, service()),
  patch('/v1/automations/internal/{rule_id}', automation.updateAutomation, service()),
  del('/v1/automations/internal/{rule_id}', automation.deleteAutomationOf, service()),
];
