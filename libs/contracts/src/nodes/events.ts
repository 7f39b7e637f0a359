import { IDS } from '../common.js';
import { event } from '../define.js';
import { OneOf, Shape, Text } from '../fields.js';
import { nodeDocs } from './node.js';

export const NODE_DECISIONS = ['created', 'approved', 'rejected', 'removed'] as const;
export type NodeDecision = (typeof NODE_DECISIONS)[number];

@Shape('Something has happened to a node of a person.')
export class NodeHappened {
  @Text(IDS.tenant) tenant_id!: string;
  @Text(IDS.user) user_id!: string;
  @Text(nodeDocs.id) node_id!: string;
}

@Shape('A person has decided on a node. The audit log records it.')
export class NodeDecided extends NodeHappened {
  @OneOf(NODE_DECISIONS, { description: 'What they did. `created`: they began to pair it.', example: 'approved' }) decision!: NodeDecision;
}

@Shape('A command for a node waits for the approval of its person.')
export class CommandAsked extends NodeHappened {
  @Text({ description: 'Id of the approval.', example: 'b1f0c1de-92c4-4c53-8c0d-51f0d1c4a7aa' }) approval_id!: string;
}

export const nodeEventMembers = {
  nodeConnected: event(NodeHappened),
  nodeDisconnected: event(NodeHappened),
  nodeDecided: event(NodeDecided),
  commandAsked: event(CommandAsked),
};
