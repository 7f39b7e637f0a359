import { nodes } from '@skep/contracts/nodes';
import { del, get, patch, post } from '../../table.js';
import { person, reader } from './access.js';

/** As long as a person waits for an approval and the answer of a device. */
const COMMAND_MS = 600_000;

export const nodeRoutes = [
  get('/api/nodes', nodes.listNodes, reader),
  post('/api/nodes', nodes.createNode, person),
  get('/api/nodes/pending', nodes.listPendingNodes, reader),
  get('/api/nodes/exec-approvals/pending', nodes.listCommandApprovals, reader),
  post('/api/nodes/exec-approvals/{id}/resolve', nodes.resolveCommandApproval, person),
  get('/api/nodes/{node_id}', nodes.getNode, reader),
  patch('/api/nodes/{node_id}', nodes.updateNode, person),
  del('/api/nodes/{node_id}', nodes.removeNode, person),
  post('/api/nodes/{node_id}/approve', nodes.approveNode, person),
  post('/api/nodes/{node_id}/reject', nodes.rejectNode, person),
  post('/api/nodes/{node_id}/invoke', nodes.invokeNode, person, { timeoutMs: COMMAND_MS }),
  get('/api/nodes/{node_id}/logs', nodes.listNodeLogs, reader),
];
