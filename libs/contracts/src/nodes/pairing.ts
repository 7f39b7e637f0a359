import { Empty } from '../common.js';
import { operation } from '../define.js';
import { Instant, List, Shape, Text } from '../fields.js';
import { problem } from '../problem.js';
import { nodeDocs, NodeRef, TooManyNodes } from './node.js';

/** Pairing requests that may wait at once from one network. */
export const MAX_PAIRING_REQUESTS = 10;

@Shape('A node that waits for approval.')
export class PendingNode {
  @Text(nodeDocs.id) node_id!: string;
  @Text(nodeDocs.name) name!: string;
  @Text(nodeDocs.platform) platform!: string;
  @List('text', nodeDocs.capabilities) capabilities!: string[];
  @Instant({ description: 'Since when it waits.' }) created_at!: Date;
}

@Shape('Nodes that wait for approval, newest first.')
export class PendingNodes {
  @List(() => PendingNode, { description: 'The nodes.' }) pending!: PendingNode[];
}

@Shape('A node that was approved.')
export class NodeApproved {
  @Text(nodeDocs.id) node_id!: string;
  @Text(nodeDocs.name) name!: string;
  @Text(nodeDocs.token) token!: string;
}

@Shape('A node that was rejected.')
export class NodeRejected {
  @Text({ description: 'Always `rejected`.', example: 'rejected' }) status!: string;
  @Text(nodeDocs.id) node_id!: string;
}

export const NoPairingRequest = problem('no_pairing_request', 404, 'No pending request for this node');
export const TooManyPairingRequests = problem(
  'too_many_pairing_requests',
  429,
  'Too many pairing requests wait for approval from this network.',
);

const SCOPE = 'agent:use';

export const pairingMembers = {
  listPendingNodes: operation('List the nodes that wait for approval', {
    description:
      'Those that you began to pair, and the devices that asked from your network address. Administrators of the operator see all devices that asked.',
    input: Empty,
    output: PendingNodes,
    scope: SCOPE,
  }),
  approveNode: operation('Approve a node', {
    description: 'A device that asked to be paired becomes yours, and gets the token.',
    input: NodeRef,
    output: NodeApproved,
    scope: SCOPE,
    problems: [NoPairingRequest, TooManyNodes],
    secret: true,
    spansCalls: true,
  }),
  rejectNode: operation('Reject a node', {
    input: NodeRef,
    output: NodeRejected,
    scope: SCOPE,
    problems: [NoPairingRequest],
    spansCalls: true,
  }),
};
