import { Empty } from '../common.js';
import { operation } from '../define.js';
import { AnyJson, Bool, type FieldDocs, Instant, Int, Json, List, Nullable, OneOf, Shape, Text } from '../fields.js';
import { problem } from '../problem.js';
import { nodeDocs, NodeNotFound, NodeRef } from './node.js';

/** Characters of what a device answers. */
export const OUTPUT_MAX = 500_000;
/** Commands of one person that may be in progress. */
export const MAX_COMMANDS = 50;

export const INVOKERS = ['user', 'agent'] as const;
export type Invoker = (typeof INVOKERS)[number];

export const invocationDocs = {
  command: { description: 'Name of the command; `shell` with `cmd` is `system.run` with `command`.', example: 'system.run' },
  args: { description: 'Its arguments.', example: { command: 'uname -a' } },
  request_id: { description: 'Id of the request to the device.', example: '3f6c2a0e-6d7e-4b9d-8a1f-0c9b7e5d3a21' },
  output: { description: 'What the command wrote.', example: 'Linux box 6.1.0' },
  error: { description: 'What went wrong.', example: 'no such binary' },
  approval_id: { description: 'Id of the approval.', example: '3f6c2a0e-6d7e-4b9d-8a1f-0c9b7e5d3a21' },
} satisfies Record<string, FieldDocs>;

@Shape('A command for a node.')
export class InvokeNode extends NodeRef {
  @Text({ min: 1, max: 100, ...invocationDocs.command }) command!: string;
  @Json({ bytes: 65_536, ...invocationDocs.args }) args: Record<string, unknown> = {};
  @OneOf(INVOKERS, { description: 'Who asks. Agents need an approval for more commands.', example: 'user' }) invoked_by: Invoker = 'user';
}

@Shape('What a device answered.')
export class NodeResult {
  @Text(invocationDocs.request_id) request_id!: string;
  @Text(nodeDocs.id) node_id!: string;
  @Bool({ description: 'Always true: a command that failed is a problem.' }) success!: boolean;
  @Text({ max: OUTPUT_MAX, ...invocationDocs.output }) output!: string;
  @Text({ max: OUTPUT_MAX, ...invocationDocs.output, description: 'The same as `output`.' }) result!: string;
  @Int({ description: 'The exit code of the command, 0 if it has none.', example: 0 }) exit_code!: number;
  @Json({ bytes: Infinity, description: 'What else the device answered.', example: { return_code: 0 } }) data!: Record<string, unknown>;
  @Int({ description: 'Milliseconds from the request to the answer of the device.', example: 45 }) duration_ms!: number;
}

@Shape('A command that waits for approval.')
export class PendingApproval {
  @Text(invocationDocs.approval_id) id!: string;
  @Text({ ...invocationDocs.command, description: 'What is to run.', example: 'uname -a' }) command!: string;
  @Text(nodeDocs.id) node_id!: string;
  @Instant({ description: 'Since when it waits.' }) created_at!: Date;
}

@Shape('Commands that wait for approval, oldest first.')
export class PendingApprovals {
  @List(() => PendingApproval, { description: 'The commands.' }) pending!: PendingApproval[];
}

@Shape('A decision on a command.')
export class ResolveApproval {
  @Text({ max: 200, ...invocationDocs.approval_id }) id!: string;
  @Bool({ description: 'Whether it may run.' }) approved!: boolean;
  @Bool({ description: 'Whether the same command may run on this node without asking from now on.' }) remember: boolean = false;
}

@Shape('A command that was decided on.')
export class ApprovalResolved {
  @OneOf(['approved', 'denied'], { description: 'The decision.', example: 'approved' }) status!: 'approved' | 'denied';
  @Text(invocationDocs.approval_id) approval_id!: string;
}

@Shape('Which entries of the log to return.')
export class ListNodeLogs extends NodeRef {
  @Int({ min: 1, max: 200, description: 'Maximum number of entries.' }) limit: number = 50;
}

@Shape('A command in the log of a node.')
export class NodeLog {
  @Text({ description: 'Id of the entry.' }) id!: string;
  @Text(nodeDocs.id) node_id!: string;
  @Text(invocationDocs.command) command!: string;
  @Json({ bytes: Infinity, ...invocationDocs.args }) args!: Record<string, unknown>;
  @Text(invocationDocs.request_id) request_id!: string;
  @Nullable() @Bool({ description: 'Whether it worked. Null until it has ended.' }) success!: boolean | null;
  @Nullable() @Text({ max: OUTPUT_MAX, ...invocationDocs.output }) output!: string | null;
  @Nullable() @Text(invocationDocs.error) error!: string | null;
  @AnyJson({ description: 'What else the device answered.' }) result_data!: unknown;
  @OneOf(INVOKERS, { description: 'Who asked.' }) invoked_by!: Invoker;
  @Instant({ description: 'When it was asked.' }) created_at!: Date;
  @Nullable() @Instant({ description: 'When it ended. Null until then.' }) completed_at!: Date | null;
}

@Shape('The log of a node, newest first.')
export class NodeLogs {
  @List(() => NodeLog, { description: 'The entries.' }) logs!: NodeLog[];
}

export const NodeCommandFailed = problem('node_command_failed', 400, 'The command failed.');
export const TooManyCommands = problem('too_many_commands', 429, `${MAX_COMMANDS} of your commands are in progress, which is the maximum.`);
export const NoCommandApproval = problem('no_command_approval', 404, 'No pending approval with that ID');

const SCOPE = 'agent:use';

export const invocationMembers = {
  invokeNode: operation('Run a command on a node', {
    description:
      'It waits for your approval, if the command needs one, and then for the answer of the device. The node `any` is one that is online and accepts the command. Why a command failed is the detail of `node_command_failed`.',
    input: InvokeNode,
    output: NodeResult,
    scope: SCOPE,
    problems: [NodeNotFound, NodeCommandFailed, TooManyCommands],
    spansCalls: true,
  }),
  listCommandApprovals: operation('List the commands that wait for your approval', {
    input: Empty,
    output: PendingApprovals,
    scope: SCOPE,
  }),
  resolveCommandApproval: operation('Decide on a command', {
    input: ResolveApproval,
    output: ApprovalResolved,
    scope: SCOPE,
    problems: [NoCommandApproval],
  }),
  listNodeLogs: operation('Read the log of a node', { input: ListNodeLogs, output: NodeLogs, scope: SCOPE, problems: [NodeNotFound] }),
};
