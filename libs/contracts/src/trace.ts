import { IDS } from './common.js';
import { contract, list, operation } from './define.js';
import { Bool, Instant, Int, Nullable, Num, OneOf, Shape, Text } from './fields.js';

/** What a trace consists of. */
export const TRACE_PART_KINDS = ['call', 'confirmation', 'run', 'step', 'execution', 'model', 'hold', 'entry', 'event', 'audit'] as const;
export type TracePartKind = (typeof TRACE_PART_KINDS)[number];

/** How many parts of each kind a service returns. */
export const TRACE_PARTS_MAX = 200;

const KIND = [
  '`call` of a function, `confirmation` that a call waits for, `run`, `step` of a run, `execution` of an automation, answer of a `model`,',
  '`hold`, `entry` of the ledger, `event` of the feed, or `audit` entry.',
].join(' ');

@Shape('A part of a trace.')
export class TracePart {
  @OneOf(TRACE_PART_KINDS, { description: KIND, example: 'call' }) kind!: TracePartKind;
  @Text({ description: 'Id of the part. It leads to the trace, too.', example: 'act_5b2e' }) id!: string;
  @Nullable() @Text({ description: 'The part that caused this one; null if it is not known.' }) parent_id!: string | null;
  @Text({ description: 'What it is.', example: 'link-saver.save_link' }) name!: string;
  @Nullable() @Text({ description: 'What became of it; null if it has no status.', example: 'success' }) status!: string | null;
  @Text({ ...IDS.user, description: 'Whose it is; empty for all users of the tenant and for services.' }) user_id!: string;
  @Instant({ description: 'When it began, or happened.' }) started_at!: Date;
  @Nullable() @Instant({ description: 'When it ended; null if it has not, or has no duration.' }) ended_at!: Date | null;
  @Nullable()
  @Num({ description: 'Credits: what it cost; what a hold reserves, or what was charged of it; what an entry moved.', example: 40 })
  credits!: number | null;
  @Nullable() @Int({ description: 'Tokens that a language model processed; null where none did.', example: null }) tokens!: number | null;
  @Nullable() @Text({ description: 'What happened, in words. Only its user sees it.', example: 'Link saved' }) text!: string | null;
}

@Shape('Whose parts to find: those of the caller, or of all users of their tenant.')
class TraceReader {
  @Bool({ description: 'Whether the caller may see what concerns others.' }) of_everyone!: boolean;
}

@Shape('What to find the trace of.')
export class FindTraces extends TraceReader {
  @Text({ min: 1, max: 400, description: 'Id of a part, or of a request.' }) id!: string;
}

@Shape('A trace.')
export class FoundTrace {
  @Text(IDS.trace) trace_id!: string;
}

@Shape('Which trace to read.')
export class ListTraceParts extends TraceReader {
  @Text(IDS.trace) trace_id!: string;
}

/** The operations that the platform answers for each service: it knows its runs, and its aggregates declare the other parts. */
export const traceOperations = (context: string) =>
  contract(context, {
    findTraces: operation('Find the traces of an id', { input: FindTraces, output: list(FoundTrace) }),
    listTraceParts: operation('List the parts of a trace', { input: ListTraceParts, output: list(TracePart) }),
  });
