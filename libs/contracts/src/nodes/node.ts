import { Empty } from '../common.js';
import { operation } from '../define.js';
import { Bool, type FieldDocs, Instant, Int, Json, List, Nullable, OneOf, Optional, Shape, Text } from '../fields.js';
import { problem } from '../problem.js';

export const NODE_STATES = ['pending', 'paired', 'online', 'offline'] as const;
export type NodeStatus = (typeof NODE_STATES)[number];

/** Nodes that one person may have. */
export const MAX_NODES = 50;

export const nodeDocs = {
  id: { description: 'Id of the node.', example: '0c9b7e5d-3a21-4b9d-8a1f-3f6c2a0e6d7e' },
  name: { description: 'Its name.', example: 'MacBook Pro' },
  platform: { description: 'Its operating system: `linux`, `macos`, `windows`, `ios`, `android` or another.', example: 'macos' },
  capabilities: { description: 'What it can do, in groups of commands or commands.', example: ['shell', 'file_read'] },
  declared_commands: { description: 'The commands that it accepts, if it says more than its capabilities.', example: ['system.run'] },
  device_family: { description: 'What kind of device it is.', example: 'laptop' },
  version: { description: 'Version of its program.', example: '0.1.0' },
  os_version: { description: 'Version of its operating system.', example: '24.6.0' },
  metadata: { description: 'What else it says of itself.', example: {} },
  token: {
    description: 'The token with which the device signs in. It is shown once.',
    example: 'node_0c9b7e5d3a214b9d8a1f3f6c2a0e6d7e_4f9a…',
  },
} satisfies Record<string, FieldDocs>;

@Shape('What a device says of itself.')
export class NodeDescription {
  @Optional() @Text({ max: 50, ...nodeDocs.platform }) platform?: string;
  @Optional() @List('text', { max: 100, length: 100, ...nodeDocs.capabilities }) capabilities?: string[];
  @Optional() @List('text', { max: 100, length: 100, ...nodeDocs.declared_commands }) declared_commands?: string[];
  @Optional() @Text({ max: 100, ...nodeDocs.device_family }) device_family?: string;
  @Optional() @Text({ max: 100, ...nodeDocs.version }) version?: string;
  @Optional() @Text({ max: 100, ...nodeDocs.os_version }) os_version?: string;
  @Optional() @Json({ ...nodeDocs.metadata }) metadata?: Record<string, unknown>;
}

@Shape('A node to pair.')
export class CreateNode {
  @Text({ min: 1, max: 100, ...nodeDocs.name }) name!: string;
  @Text({ max: 50, ...nodeDocs.platform }) platform: string = 'unknown';
  @List('text', { max: 100, length: 100, ...nodeDocs.capabilities }) capabilities: string[] = [];
}

@Shape('Identifies a node.')
export class NodeRef {
  @Text({ max: 200, ...nodeDocs.id }) node_id!: string;
}

@Shape('A change of a node.')
export class UpdateNode extends NodeRef {
  @Optional() @Text({ min: 1, max: 100, ...nodeDocs.name }) name?: string;
  @Optional()
  @List('text', { max: 100, length: 100, description: 'Commands that are never sent to it.', example: ['camera.capture'] })
  denied_commands?: string[];
  @Bool({ description: 'Forgets which commands may run without asking.' }) forget_approvals: boolean = false;
}

@Shape('A node that can now sign in with its token, once it is approved.')
export class NodeCreated {
  @Text(nodeDocs.id) node_id!: string;
  @Text(nodeDocs.token) token!: string;
  @Text(nodeDocs.name) name!: string;
  @Text(nodeDocs.platform) platform!: string;
}

@Shape('A node: a device of a person that runs commands for them.')
export class Node {
  @Text(nodeDocs.id) id!: string;
  @Text(nodeDocs.name) name!: string;
  @Text(nodeDocs.platform) platform!: string;
  @List('text', nodeDocs.capabilities) capabilities!: string[];
  @Nullable() @List('text', nodeDocs.declared_commands) declared_commands!: string[] | null;
  @List('text', { description: 'Commands that are never sent to it.' }) denied_commands!: string[];
  @OneOf(NODE_STATES, { description: '`pending` until it is approved, `paired` until it connects.', example: 'online' })
  status!: NodeStatus;
  @Nullable() @Text(nodeDocs.device_family) device_family!: string | null;
  @Nullable() @Text(nodeDocs.version) version!: string | null;
  @Nullable() @Text(nodeDocs.os_version) os_version!: string | null;
  @Json({ bytes: Infinity, ...nodeDocs.metadata }) metadata!: Record<string, unknown>;
  @Nullable() @Instant({ description: 'When it was last heard.' }) last_seen!: Date | null;
  @Nullable() @Instant({ description: 'The same as `last_seen`.' }) last_heartbeat!: Date | null;
  @Int({ description: 'How many commands may run on it without asking.', example: 0 }) remembered_approvals!: number;
  @Instant({ description: 'When it was created.' }) created_at!: Date;
}

@Shape('Nodes, newest first.')
export class NodeList {
  @List(() => Node, { description: 'The nodes.' }) nodes!: Node[];
}

@Shape('A node that was removed.')
export class NodeRemoved {
  @Text({ description: 'Always `removed`.', example: 'removed' }) status!: string;
  @Text(nodeDocs.id) node_id!: string;
}

export const NodeNotFound = problem('node_not_found', 404, 'Node not found');
export const TooManyNodes = problem('too_many_nodes', 409, `You have ${MAX_NODES} nodes, which is the maximum.`);

const SCOPE = 'agent:use';
const problems = [NodeNotFound];

export const nodeMembers = {
  createNode: operation('Begin to pair a node', {
    description: 'Give the token to the device, and approve the node.',
    input: CreateNode,
    output: NodeCreated,
    scope: SCOPE,
    problems: [TooManyNodes],
    secret: true,
  }),
  listNodes: operation('List your nodes', { input: Empty, output: NodeList, scope: SCOPE }),
  getNode: operation('Read a node', { input: NodeRef, output: Node, scope: SCOPE, problems }),
  updateNode: operation('Change a node', { input: UpdateNode, output: Node, scope: SCOPE, problems }),
  removeNode: operation('Remove a node', {
    description: 'Its connection is closed, its token is no longer valid, and its log is deleted.',
    input: NodeRef,
    output: NodeRemoved,
    scope: SCOPE,
    problems,
    spansCalls: true,
  }),
};
