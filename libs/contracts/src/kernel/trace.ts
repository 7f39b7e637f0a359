import { IDS } from '../common.js';
import { operation } from '../define.js';
import { Bool, Instant, Int, List, Nullable, Num, Shape, Text } from '../fields.js';
import { NotFound } from '../problem.js';
import { TracePart } from '../trace.js';

@Shape('Identifies a trace by anything in it.')
export class TraceLookup {
  @Text({
    min: 1,
    max: 400,
    description:
      'Id of a trace (32 hexadecimal digits), of a request, or of a part: a call, a confirmation, a run or its step, an execution, a charge, a hold, a message of an agent; `entry:`, `event:`, `audit:` or `model:` with the number of a ledger entry, event, audit entry or answer of a model.',
    example: 'act_0199c0de5b2e7000a1b2c3d4e5f60718',
  })
  id!: string;
}

@Shape('A part of a trace, and its place in the tree.')
export class TraceNode extends TracePart {
  @Text({ description: 'The service that it belongs to.', example: 'kernel' }) service!: string;
  @Int({ min: 0, description: 'How many parts, one in the other, are around it.', example: 0 }) depth!: number;
}

@Shape('What a request has caused.')
export class Trace {
  @Text(IDS.trace) trace_id!: string;
  @Instant({ description: 'When its first part began.' }) started_at!: Date;
  @Nullable() @Instant({ description: 'When its last part ended; null if none has an end.' }) ended_at!: Date | null;
  @Num({ description: 'Credits that were charged.', example: 42 }) credits!: number;
  @Int({ description: 'Tokens that language models processed.', example: 180 }) tokens!: number;
  @List(() => TraceNode, { description: 'The parts as a tree: each is followed by those that it caused, in the order of time.' })
  parts!: TraceNode[];
  @List('text', { description: 'Services that did not answer in time: their parts are missing.' }) missing!: string[];
  @Bool({ description: 'Whether a service has more parts than it returns.', example: false }) is_truncated!: boolean;
}

export const traceMembers = {
  getTrace: operation('Read a trace', {
    description:
      'All that one request has caused, with times and costs: calls, runs and their steps, answers of language models, holds, ledger entries, events and audit entries. You see your own parts; with `admin:audit:read` those of all users of your tenant, without what they say.',
    input: TraceLookup,
    output: Trace,
    problems: [NotFound],
    scope: 'actions:read',
    spansCalls: true,
  }),
};
