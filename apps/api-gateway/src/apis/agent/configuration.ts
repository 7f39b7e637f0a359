import { agent } from '@skep/contracts/agent';
import { get, post } from '../../table.js';
import { person, reader } from './access.js';

export const configurationRoutes = [
  get('/api/config', agent.getConfig, reader),
  post('/api/config/reload', agent.reloadConfig, person),
  post('/api/security/audit', agent.auditSecurity, person, { timeoutMs: 30_000 }),
  get('/api/security/report', agent.getSecurityReport, person),
  post('/api/security/fix', agent.fixSecurity, person, { timeoutMs: 30_000 }),
];
