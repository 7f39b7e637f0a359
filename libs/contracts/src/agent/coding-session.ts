import { Empty, IDS } from '../common.js';
import { events, operation } from '../define.js';
import { AnyJson, Bool, type FieldDocs, Instant, Int, Json, List, Nested, Nullable, OneOf, Optional, Shape, Text } from '../fields.js';
import { NotFound, problem } from '../problem.js';
import { CODING_FRAMES } from './coding-frames.js';

export const CODING_KINDS = ['coding', 'marathon'] as const;
export type CodingKind = (typeof CODING_KINDS)[number];
/** How many sessions of a person work at once. */
export const MAX_CODING_SESSIONS = 8;
const TEXT_MAX = 100_000;
const RESULT_BYTES = 500_000;

const docs = {
  session_id: {
    description:
      'Id of the session: `coding` or `marathon`, your user id, `r` and the key of the repository, and `s` and the slot if there is one.',
    example: 'coding-imp_u_4f9a-r1f0c9b7e5d3a-s2',
  },
  task_id: { description: 'Id of the task.', example: 'run_4f9a0c51d2e84b6f9c7a1b3d5e7f9012' },
  steer_iid: { description: 'Names the instruction: the same one is taken once.', example: '4f9a0c51d2e84b6f9c7a1b3d5e7f9012' },
  last_id: {
    description: 'Where its stream begins: the `Last-Event-ID` to send.',
    example: 'run_4f9a0c51d2e84b6f9c7a1b3d5e7f9012:1042-0-0',
  },
  surface: { description: 'Where it was said.', example: 'terminal' },
  req_id: { description: 'Id of the request.', example: '4f9a0c51d2e84b6f_0_0' },
  text: { description: 'What is to be done.', example: 'And add a test.' },
  since: { description: 'When it was asked.' },
} satisfies Record<string, FieldDocs>;
export const CODING_DOCS = docs;

const Surface = () => Text({ min: 1, max: 40, pattern: /^[a-z0-9_-]+$/, ...docs.surface });
const SteerIid = () => Text({ min: 1, max: 64, pattern: /^[A-Za-z0-9_-]+$/, ...docs.steer_iid });

@Shape('Identifies a coding session of yours.')
export class CodingSessionRef {
  @Text({ min: 1, max: 300, ...docs.session_id }) session_id!: string;
}

@Shape('Where a terminal is. The agent gets all of it.')
export class CodingContext {
  @Text({ min: 1, max: 64, pattern: /^[A-Za-z0-9_]+$/, description: 'Key of the repository.', example: '1f0c9b7e5d3a' }) repo_key!: string;
  @Optional() @Text({ max: 4_096, description: 'The working directory.', example: '~/src/bees' }) cwd?: string;
  @Optional() @Text({ max: 4_096, description: 'The root of the repository.', example: '~/src/bees' }) repo_root?: string;
  @Optional() @AnyJson({ description: 'State of the repository.', example: { branch: 'main' } }) git?: unknown;
  @Optional() @AnyJson({ description: 'Its files.', example: ['README.md'] }) tree?: unknown;
  @Optional() @AnyJson({ description: 'What is known about the repository.' }) repo_profile?: unknown;
  @Optional() @AnyJson({ description: 'The time at the terminal.', example: '2026-06-21T09:30:00Z' }) client_now?: unknown;
  @Optional() @Text({ max: 100, description: 'The time zone of the terminal.', example: 'Europe/Berlin' }) client_tz_label?: string;
  @Optional() @Text({ max: 50, description: 'The wish for a model.', example: 'standard' }) model_tier?: string;
  @Optional() @Text({ max: 2_000, description: 'A command that checks the work.', example: 'npm test' }) verify_cmd?: string;
}

@Shape('A task for a coding session.')
export class StartCodingTask {
  @Optional() @Text({ max: 64, ...IDS.user, description: 'Your own user id.' }) user_id?: string;
  @Text({ min: 1, max: TEXT_MAX, ...docs.text, example: 'What does the README say?' }) task!: string;
  @Nested(() => CodingContext, { description: 'Where the terminal is.' }) coding_context!: CodingContext;
  @SteerIid() steer_iid!: string;
  @Optional() @Surface() surface?: string;
  @Optional()
  @Text({ max: 32, pattern: /^[A-Za-z0-9_-]*$/, description: 'Tells several terminals in one repository apart.', example: '2' })
  slot?: string;
  @Optional() @Bool({ description: 'Whether the agent works on until it has reached the goal.', example: false }) marathon?: boolean;
  @Optional() @Text({ max: 10_000, description: 'What a marathon is to reach; the task by default.' }) goal?: string;
}

@Shape('A task that a coding session has taken.')
export class CodingTaskStarted {
  @Text(docs.session_id) session_id!: string;
  @Text({ ...docs.task_id, description: 'Id of the task; that of the task in progress if it takes this one in addition.' })
  task_id!: string;
  @Text(docs.last_id) last_id!: string;
}

@Shape('Which events of a session to read.')
export class FollowCodingSession extends CodingSessionRef {
  @Optional()
  @Text({ max: 200, ...docs.last_id, description: 'The id of the last event that you received, or `last_id`.' })
  last_event_id?: string;
}

@Shape('What a terminal answers to a request.')
export class AnswerCodingRequest extends CodingSessionRef {
  @Text({ min: 1, max: 200, ...docs.req_id }) req_id!: string;
  @Json({
    bytes: RESULT_BYTES,
    description:
      'To `tool_request`: `ok`, `content` and what else the tool returns. To `confirm_request`: `approved` and maybe `reason`, or `consent_reply` with the words of the person.',
    example: { ok: true, content: '# Bees' },
  })
  result!: Record<string, unknown>;
}

@Shape('It was done.')
export class CodingOk {
  @Bool({ description: 'Whether there was something to do.', example: true }) ok!: boolean;
}

@Shape('An instruction for a session.')
export class InjectInstruction extends CodingSessionRef {
  @Text({ min: 1, max: TEXT_MAX, ...docs.text }) text!: string;
  @SteerIid() steer_iid!: string;
  @Optional() @Surface() surface?: string;
}

@Shape('Identifies an instruction of a session.')
export class InstructionRef extends CodingSessionRef {
  @SteerIid() steer_iid!: string;
}

@Shape('A message of a session.')
export class CodingMessage {
  @Text(docs.surface) surface!: string;
  @OneOf(['user', 'assistant', 'system'], { description: 'Who said it.', example: 'user' }) role!: string;
  @Text({ max: 1_000_000, description: 'What was said.', example: 'What does the README say?' }) content!: string;
  @Instant({ description: 'When it was said.' }) created_at!: Date;
}

@Shape('What was said in a session.')
export class CodingThread {
  @List(() => CodingMessage, { description: 'The newest messages, oldest first.' }) messages!: CodingMessage[];
}

@Shape('A decision that a session waits for.')
export class PendingConsent {
  @Text(docs.req_id) req_id!: string;
  @Text({ description: 'The tool that would run.', example: 'bash' }) tool!: string;
  @Text({ description: 'What it would do.', example: 'bash {"cmd":"npm test"}' }) summary!: string;
  @Instant(docs.since) since!: Date;
}

@Shape('A session with a task in progress.')
export class ActiveCodingSession {
  @Text(docs.session_id) session_id!: string;
  @Text(docs.task_id) task_id!: string;
  @OneOf(CODING_KINDS, { description: 'Whether it is a marathon.', example: 'coding' }) kind!: CodingKind;
  @Text({ description: 'Its slot; empty if it has none.', example: '2' }) slot!: string;
  @Text({ description: 'What it works on.', example: 'What does the README say?' }) label!: string;
  @OneOf(['running', 'parked'], { description: '`parked`: it waits for its terminal or its person.', example: 'running' })
  status!: 'running' | 'parked';
  @Nullable() @Nested(() => PendingConsent, { description: 'The decision that it waits for.' }) pending_consent!: PendingConsent | null;
  @Instant({ description: 'When its task began.' }) started!: Date;
}

@Shape('Your sessions with a task in progress.')
export class ActiveCodingSessions {
  @List(() => ActiveCodingSession, { description: 'The sessions.' }) sessions!: ActiveCodingSession[];
}

@Shape('Identifies a step of a coding session of yours.')
export class CodingStepRef extends CodingSessionRef {
  @Text({ min: 1, max: 100, description: 'Id of the step, as its frames have it.', example: '4f9a0c51d2e84b6f9c7a1b3d5e7f9012_0_0' })
  step_id!: string;
}

@Shape('A step of a coding session: a tool that was used, and what it returned.')
export class CodingStep {
  @Bool({ description: 'Whether it worked.', example: true }) ok!: boolean;
  @Text({ description: 'The app of the tool; empty for tools of no app.', example: 'link-saver' }) app_id!: string;
  @Text({ description: 'Name of the tool.', example: 'list_links' }) tool!: string;
  @Text(IDS.trace) trace_id!: string;
  @Text({ description: 'The beginning of its arguments, as JSON.', example: '{}' }) args!: string;
  @Int({ description: 'Bytes of all of them.', example: 2 }) args_bytes!: number;
  @Text({ description: 'The beginning of its result.', example: '[]' }) result!: string;
  @Int({ description: 'Bytes of all of it.', example: 2 }) result_bytes!: number;
}

export const CodingSessionNotFound = problem('coding_session_not_found', 404, 'Coding session not found.');
export const CodingRequestNotFound = problem('coding_request_not_found', 404, 'No request with this id waits for an answer.');
export const TooManyCodingSessions = problem(
  'too_many_coding_sessions',
  429,
  'Your maximum of coding sessions is at work. Wait for one, or cancel one.',
  30,
);

const SCOPE = 'agent:use';
const READ = 'coding_remote:read';

export const codingSessionMembers = {
  startCodingTask: operation('Give a coding session a task', {
    description:
      'The session is that of your repository and slot, and is created if it does not exist. While it works, the task in progress takes the new one in addition. Repeat the request with the same `steer_iid` as often as needed: the task is taken once.',
    input: StartCodingTask,
    output: CodingTaskStarted,
    scope: SCOPE,
    problems: [TooManyCodingSessions],
  }),
  followCodingSession: operation('Read the newest task of a coding session', {
    description: 'From its beginning, or after `Last-Event-ID`. The stream stays open until the task has ended.',
    input: FollowCodingSession,
    output: events(CODING_FRAMES),
    scope: READ,
    problems: [CodingSessionNotFound],
  }),
  answerCodingRequest: operation('Answer a request of a coding session', {
    description: 'The first answer counts.',
    input: AnswerCodingRequest,
    output: CodingOk,
    scope: SCOPE,
    problems: [CodingSessionNotFound, CodingRequestNotFound],
  }),
  cancelCodingTask: operation('Cancel the task of a coding session', {
    description: '`ok` is false if none was in progress.',
    input: CodingSessionRef,
    output: CodingOk,
    scope: SCOPE,
    problems: [CodingSessionNotFound],
  }),
  injectInstruction: operation('Tell a coding session something while it works', {
    description: 'The agent receives it before its next step. If no task is in progress, it is a new one.',
    input: InjectInstruction,
    output: CodingOk,
    scope: SCOPE,
    problems: [CodingSessionNotFound, TooManyCodingSessions],
  }),
  dropInstruction: operation('Take back an instruction', {
    description: '`ok` is false if it is unknown, or if the agent has heard it.',
    input: InstructionRef,
    output: CodingOk,
    scope: SCOPE,
    problems: [CodingSessionNotFound],
  }),
  getCodingThread: operation('Read what was said in a coding session', {
    description: 'Empty for a session of yours that has had no task.',
    input: CodingSessionRef,
    output: CodingThread,
    scope: READ,
    problems: [CodingSessionNotFound],
  }),
  /** Internal: for the activity that the kernel shows. */
  getCodingStep: operation('Read a step of a coding session', {
    description: 'A tool that has been used in the last 30 days, other than those of the terminal itself.',
    input: CodingStepRef,
    output: CodingStep,
    problems: [NotFound],
  }),
  listActiveCodingSessions: operation('List your coding sessions at work', {
    description: 'The one that has worked for longest is the first.',
    input: Empty,
    output: ActiveCodingSessions,
    scope: READ,
  }),
};
