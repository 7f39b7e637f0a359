import { Bool, type FieldDocs, Int, Json, List, Nested, Nullable, Shape, Text } from '../fields.js';

const docs = {
  type: { description: 'The kind of event.', example: 'tool_request' },
  task_id: { description: 'The task.', example: 'run_4f9a0c51d2e84b6f9c7a1b3d5e7f9012' },
  req_id: { description: 'Id of the request, for its answer.', example: '4f9a0c51d2e84b6f_0_0' },
  app_id: { description: 'The app of the tool; empty for tools of no app.', example: 'link-saver' },
  tool: { description: 'Name of the tool.', example: 'read_file' },
  args: { description: 'Its arguments.', example: { path: 'README.md' } },
  text: { description: 'The words.', example: 'I look at the tests first.' },
  origin: { description: 'Where the instruction was given.', example: 'telegram' },
  steer_iid: { description: 'Id of the instruction.', example: '4f9a0c51d2e84b6f9c7a1b3d5e7f9012' },
} satisfies Record<string, FieldDocs>;

@Shape('An event of a task.')
class CodingFrame {
  @Text(docs.type) type!: string;
  @Text(docs.task_id) task_id!: string;
}

@Shape('The terminal is to use one of its tools.')
export class ToolRequest extends CodingFrame {
  @Text(docs.req_id) req_id!: string;
  @Text(docs.tool) tool!: string;
  @Json({ bytes: Infinity, ...docs.args }) args!: Record<string, unknown>;
}

@Shape('The person is to decide whether a tool may be used.')
export class ConfirmRequest extends ToolRequest {
  @Text(docs.app_id) app_id!: string;
}

@Shape('A tool of Skep is used.')
export class CodingAction extends CodingFrame {
  @Text({ description: '`start` or `done`.', example: 'done' }) phase!: string;
  @Text(docs.app_id) app_id!: string;
  @Text(docs.tool) tool!: string;
  @Text({ description: 'Id of the step.', example: 'call_1' }) step_id!: string;
  @Nullable() @Bool({ description: 'Whether it worked; null at its start.', example: true }) ok!: boolean | null;
  @Text({ description: 'What it does, or has returned, in short.', example: '[]' }) summary!: string;
}

@Shape('A step begins: a tool is used.')
export class CodingStepStarted extends CodingFrame {
  @Text({ description: 'Id of the step.', example: 'call_1' }) step_id!: string;
  @Text({ description: 'What it does: `tool`.', example: 'tool' }) kind!: string;
  @Text(docs.app_id) app_id!: string;
  @Text(docs.tool) tool!: string;
}

@Shape('What a step has found.')
export class CodingStepFacts {
  @Nullable() @Int({ description: 'How many things, if it is a list that is short enough to be shown.', example: 3 }) count!: number | null;
  @Text({ description: 'What they are; empty if that is not known.', example: '' }) entity_kind!: string;
}

@Shape('A step has ended.')
export class CodingStepFinished extends CodingFrame {
  @Text({ description: 'Id of the step.', example: 'call_1' }) step_id!: string;
  @Bool({ description: 'Whether it worked.', example: true }) ok!: boolean;
  @Nested(() => CodingStepFacts, { description: 'What it has found.' }) summary_facts!: CodingStepFacts;
}

@Shape('What one answer of the language model has used.')
export class CodingUsage extends CodingFrame {
  @Int({ description: 'Tokens of request and answer.', example: 1_200 }) tokens!: number;
  @Int({ description: 'What it has cost, in credits.', example: 60 }) credits!: number;
}

@Shape('What the agent says before it has finished.')
export class CodingProgress extends CodingFrame {
  @Text(docs.text) text!: string;
}

@Shape('An instruction waits until the agent receives it, or waits no longer.')
export class CodingQueued extends CodingFrame {
  @Text(docs.origin) origin!: string;
  @Text(docs.text) text!: string;
  @Text(docs.steer_iid) steer_iid!: string;
}

@Shape('One thing to do.')
export class CodingTodoItem {
  @Text({ description: 'What is to be done.', example: 'Read the tests' }) content!: string;
  @Text({ description: '`pending`, `in_progress` or `completed`.', example: 'pending' }) status!: string;
}

@Shape('What the agent plans to do.')
export class CodingTodo extends CodingFrame {
  @List(() => CodingTodoItem, { description: 'The list.' }) todos!: CodingTodoItem[];
  @Int({ description: 'Number of these.', example: 3 }) total!: number;
  @Int({ description: 'How many are completed.', example: 1 }) completed!: number;
}

@Shape('The plan of a marathon.')
export class MarathonPlan extends CodingFrame {
  @List('text', { length: 2_000, description: 'The milestones.', example: ['Tests pass'] }) milestones!: string[];
}

@Shape('A marathon has come so far, or has reached its goal.')
export class MarathonNote extends CodingFrame {
  @Text(docs.text) text!: string;
}

@Shape('A marathon has stopped before its goal.')
export class MarathonPaused extends CodingFrame {
  @Text({ description: 'Why.', example: 'The agent stopped before the goal was reached.' }) reason!: string;
}

@Shape('Why a task failed.')
export class CodingFailure {
  @Text({ description: 'The code of a problem.', example: 'provider_error' }) code!: string;
  @Text({ description: 'What went wrong.', example: 'LLM provider error' }) message!: string;
  @Bool({ description: 'Whether the same task may work later.', example: true }) retryable!: boolean;
}

@Shape('The task has ended.')
export class CodingFinal extends CodingFrame {
  @Text({ max: 1_000_000, description: 'The answer.', example: 'It explains how to keep bees.' }) text!: string;
  @Bool({ description: 'Whether the agent asks something.', example: false }) awaits_reply!: boolean;
  @Bool({ description: 'Whether it was cancelled.', example: false }) stopped!: boolean;
  @Nullable() @Nested(() => CodingFailure, { description: 'Null unless it failed.' }) error!: CodingFailure | null;
}

/** What a stream of a coding session shows, by type. */
export const CODING_FRAMES = {
  tool_request: ToolRequest,
  confirm_request: ConfirmRequest,
  action: CodingAction,
  step_started: CodingStepStarted,
  step_finished: CodingStepFinished,
  usage: CodingUsage,
  progress: CodingProgress,
  task_queued: CodingQueued,
  task_dequeued: CodingQueued,
  todo: CodingTodo,
  marathon_plan: MarathonPlan,
  milestone: MarathonNote,
  marathon_complete: MarathonNote,
  marathon_paused: MarathonPaused,
  final: CodingFinal,
};
