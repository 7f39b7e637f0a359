import { AnyJson, Int, List, Nested, OneOf, Optional, Shape, Text } from './fields.js';

const RunId = () => Text({ description: 'Id of the run.', example: 'run_4f9a0c51d2e84b6f9c7a1b3d5e7f9012' });

@Shape('Work that outlives its request.')
export class RunRef {
  @RunId() run_id!: string;
}

@Shape('Runs.')
export class RunRefs {
  @List('text', { max: 500, description: 'Ids of the runs.' }) run_ids!: string[];
}

@Shape('Why a run failed.')
export class RunError {
  @Text({ description: 'The code of the problem.', example: 'conflict' }) code!: string;
  @Text({ description: 'One sentence.', example: 'Another one is in progress.' }) message!: string;
}

@Shape('How a run ended: the last event of its stream.')
export class RunEnd {
  @OneOf(['done', 'failed', 'cancelled'], { description: 'Whether it did its work.', example: 'done' })
  status!: 'done' | 'failed' | 'cancelled';
  @Optional() @AnyJson({ description: 'What it returned; absent unless it is done.' }) result?: unknown;
  @Optional() @Nested(() => RunError, { description: 'Why it failed; absent unless it has.' }) error?: RunError;
}

@Shape('A run.')
export class RunState {
  @Int({ min: 0, description: 'Milliseconds since its start.' }) age_ms!: number;
  @Optional() @Nested(() => RunEnd, { description: 'Absent until it has ended.' }) end?: RunEnd;
}

@Shape('What an unfinished attempt has shown of a step is incomplete: the step begins anew, or the run ends.')
export class StepInterrupted {
  @Text({ description: 'Name of the step.', example: 'model 0' }) step!: string;
}

@Shape('Events before the next one are missing, because they are no longer kept.')
export class EventsMissing {}
