import { agent } from '@skep/contracts/agent';
import { del, get, post, put } from '../../table.js';
import { administrator, person, reader } from './access.js';

/** As long as a client waits for the result of a subagent. */
const RESULT_MS = 300_000;

export const agentRoutes = [
  get('/api/agents', agent.listAgents, reader),
  post('/api/agents', agent.createAgent, person, { status: 201 }),
  get('/api/agents/{agent_id}', agent.getAgent, reader),
  put('/api/agents/{agent_id}', agent.updateAgent, person),
  del('/api/agents/{agent_id}', agent.deleteAgent, person),
  get('/api/admin/agents', agent.listTenantAgents, administrator),
  put('/api/admin/agents/{id}', agent.setTenantAgent, administrator),
  del('/api/admin/agents/{id}', agent.deleteTenantAgent, administrator),
  get('/api/admin/runtime', agent.getTenantRuntime, administrator),
  put('/api/admin/runtime', agent.setTenantRuntime, administrator),
  get('/api/runtime', agent.getRuntime, reader),
  put('/api/runtime', agent.updateRuntime, person),
  put('/api/runtime/default-provider', agent.selectProvider, person),
  put('/api/runtime/default-model', agent.selectModel, person),
  get('/api/config/workspace', agent.getWorkspace, reader),
  get('/api/config/workspace/{filename}', agent.readWorkspaceFile, reader),
  put('/api/config/workspace/{filename}', agent.writeWorkspaceFile, person),
  post('/api/config/initialize-workspace', agent.initializeWorkspace, person),
  post('/api/subagents/spawn', agent.spawnSubagent, person),
  get('/api/subagents', agent.listSubagents, person),
  get('/api/subagents/{session_id}', agent.getSubagent, person),
  post('/api/subagents/{session_id}/cancel', agent.cancelSubagent, person),
  get('/api/subagents/{session_id}/result', agent.getSubagentResult, person, { timeoutMs: RESULT_MS }),
];
