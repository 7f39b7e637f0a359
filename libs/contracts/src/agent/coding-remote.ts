import { TenantId } from '../auth/credentials.js';
import { IDS } from '../common.js';
import { operation } from '../define.js';
import { Bool, type FieldDocs, Instant, List, Nested, Nullable, Num, OneOf, Optional, Shape, Text } from '../fields.js';
import { problem } from '../problem.js';
import {
  CODING_DOCS,
  CODING_KINDS,
  type CodingKind,
  CodingOk,
  CodingRequestNotFound,
  CodingSessionNotFound,
  CodingSessionRef,
  PendingConsent,
} from './coding-session.js';

export const REMOTE_SURFACES = ['telegram', 'panel', 'web-panel', 'discord', 'api'] as const;
export const CODING_MODES = ['default', 'plan', 'autopilot'] as const;
export type CodingMode = (typeof CODING_MODES)[number];

const docs = {
  enabled: { description: 'Whether the session may be followed and steered from elsewhere.', example: true },
  mirror: { description: 'Where what it shows is seen too.', example: ['telegram'] },
  steer: { description: 'From where it takes instructions.', example: ['telegram'] },
  mode: { description: 'How freely the terminal works.', example: 'plan' },
  applied: { description: 'The mode in which the terminal works; null until it has said so.', example: 'default' },
  session: { ...CODING_DOCS.session_id, description: 'The session; the one that was used last by default.' },
} satisfies Record<string, FieldDocs>;
const SurfaceList = (o: FieldDocs) => List('text', { max: 10, words: REMOTE_SURFACES, ...o });

@Shape('The remote control of a session.')
export class RemoteState {
  @Bool(docs.enabled) enabled!: boolean;
  @SurfaceList(docs.mirror) mirror!: string[];
  @SurfaceList(docs.steer) steer!: string[];
}

@Shape('The remote control of a session.')
export class CodingRemote {
  @Nested(() => RemoteState, { description: 'What is switched on.' }) state!: RemoteState;
}

@Shape('Changes the remote control of a session.')
export class UpdateCodingRemote extends CodingSessionRef {
  @Bool(docs.enabled) enabled!: boolean;
  @SurfaceList(docs.mirror) mirror: string[] = [];
  @SurfaceList(docs.steer) steer: string[] = [];
}

@Shape('A terminal that asks what was said elsewhere.')
export class TakeSteers extends CodingSessionRef {
  @Optional() @OneOf(CODING_MODES, docs.mode) mode?: CodingMode;
  @Optional() @Text({ max: 200, description: 'What the terminal shows as its title.', example: 'bees' }) label?: string;
}

@Shape('An instruction from elsewhere.')
export class Steer {
  @Text({ max: 100_000, ...CODING_DOCS.text }) text!: string;
  @Text({ ...CODING_DOCS.surface, example: 'telegram' }) surface!: string;
  @Text({ ...CODING_DOCS.steer_iid, description: 'Send it as `steer_iid`.' }) iid!: string;
}

@Shape('A mode that was asked for elsewhere.')
export class RequestedMode {
  @OneOf(CODING_MODES, docs.mode) mode!: CodingMode;
  @Text({ ...CODING_DOCS.surface, example: 'telegram' }) surface!: string;
}

@Shape('A task in progress.')
export class CodingAttach {
  @Text(CODING_DOCS.task_id) task_id!: string;
  @Text(CODING_DOCS.last_id) last_id!: string;
  @OneOf(CODING_KINDS, { description: 'Whether it is a marathon.', example: 'coding' }) kind!: CodingKind;
}

@Shape('What was said elsewhere since the last time.')
export class TakenSteers {
  @List(() => Steer, { description: 'Instructions, each given once.' }) items!: Steer[];
  @Nullable()
  @Nested(() => RequestedMode, { description: 'The mode that was asked for, given once.' })
  requested_mode!: RequestedMode | null;
  @Nullable() @Nested(() => CodingAttach, { description: 'The task in progress.' }) attach!: CodingAttach | null;
}

@Shape('Identifies the user whose sessions are controlled.')
export class RemoteUser {
  @Text({ min: 1, max: 64, ...IDS.user }) user_id!: string;
  @TenantId({ description: 'Tenant of the user.' }) tenant_id: string = 'default';
}

@Shape('Identifies a session of a user.')
export class RemoteSessionRef extends RemoteUser {
  @Optional() @Text({ max: 300, ...docs.session }) session_id?: string;
}

@Shape('Changes the remote control of a session of a user.')
export class UpdateUserCodingRemote extends RemoteSessionRef {
  @Bool(docs.enabled) enabled!: boolean;
  @SurfaceList(docs.mirror) mirror: string[] = [];
  @SurfaceList(docs.steer) steer: string[] = [];
}

@Shape('Something for a session, from a surface.')
export class FromSurface extends RemoteSessionRef {
  @Optional()
  @OneOf(REMOTE_SURFACES, {
    ...CODING_DOCS.surface,
    description: 'Where it was said; the session must take instructions from there.',
    example: 'telegram',
  })
  surface?: string;
}

@Shape('Tells a session what to do.')
export class SteerCodingSession extends FromSurface {
  @Text({ min: 1, max: 10_000, ...CODING_DOCS.text }) text!: string;
}

@Shape('Asks a terminal to work in another mode.')
export class RequestCodingMode extends FromSurface {
  @OneOf(CODING_MODES, docs.mode) mode!: CodingMode;
}

@Shape('Answers the decision that a session waits for.')
export class ReplyConsent extends FromSurface {
  @Text({ min: 1, max: 2_000, description: 'The words of the person.', example: 'yes' }) text!: string;
}

@Shape('What was done to a session.')
export class CodingControlled extends CodingOk {
  @Text(CODING_DOCS.session_id) session_id!: string;
}

@Shape('The session that a user used last, and its remote control.')
export class UserCodingRemote {
  @Text(IDS.user) user_id!: string;
  @Nullable() @Text({ ...CODING_DOCS.session_id, description: 'The session; null if there is none.' }) session_id!: string | null;
  @Bool({ description: 'Whether it is controlled from elsewhere.', example: true }) active!: boolean;
  @Bool({ description: 'Whether a task is in progress.', example: false }) running!: boolean;
  @Nested(() => RemoteState, { description: 'What is switched on.' }) state!: RemoteState;
  @Nullable() @Text(docs.applied) applied_mode!: string | null;
  @Nullable() @Text({ ...docs.mode, description: 'The mode that was asked for; null once the terminal knows.' }) requested_mode!:
    string | null;
  @Nullable() @Nested(() => PendingConsent, { description: 'The decision that it waits for.' }) pending_consent!: PendingConsent | null;
  @Nullable()
  @Num({ description: 'When its terminal was last seen, in seconds since 1970; null if never.', example: 1782034200 })
  last_seen!: number | null;
}

@Shape('A session of a user.')
export class RemoteSession extends RemoteState {
  @Text(CODING_DOCS.session_id) session_id!: string;
  @Text({ description: 'Its slot; empty if it has none.', example: '2' }) slot!: string;
  @OneOf(CODING_KINDS, { description: 'Whether it is a marathon.', example: 'coding' }) kind!: CodingKind;
  @Text({ description: 'What it works on.', example: 'bees' }) label!: string;
  @Bool({ description: 'Whether its terminal was seen within the last two minutes.', example: true }) terminal_online!: boolean;
  @Nullable() @Text(docs.applied) applied_mode!: string | null;
  @Nullable() @Nested(() => PendingConsent, { description: 'The decision that it waits for.' }) pending_consent!: PendingConsent | null;
  @Instant({ description: 'When it was created.' }) started!: Date;
  @OneOf(['running', 'parked', 'idle'], { description: '`parked`: its task waits for the terminal or the person.', example: 'idle' })
  status!: 'running' | 'parked' | 'idle';
}

@Shape('The sessions of a user.')
export class RemoteSessions {
  @List(() => RemoteSession, { description: 'The sessions, the newest first.' }) sessions!: RemoteSession[];
}

export const CodingRemoteOff = problem('coding_remote_off', 409, 'This session takes no instructions from there.');

const READ = 'coding_remote:read';
const WRITE = 'coding_remote:write';
const OF_USER = { description: 'Services only.', problems: [CodingSessionNotFound] };
const CONTROL = {
  description: 'Services only. The session must be controlled from there.',
  problems: [CodingSessionNotFound, CodingRemoteOff],
};

export const codingRemoteMembers = {
  takeSteers: operation('Take what was said elsewhere', {
    description: 'Each instruction and mode is given once. The terminal counts as online for two minutes.',
    input: TakeSteers,
    output: TakenSteers,
    scope: WRITE,
    problems: [CodingSessionNotFound],
  }),
  getCodingRemote: operation('Read the remote control of a coding session', {
    description: 'Everything is off in a session of yours that has had no task.',
    input: CodingSessionRef,
    output: CodingRemote,
    scope: READ,
    problems: [CodingSessionNotFound],
  }),
  updateCodingRemote: operation('Change the remote control of a coding session', {
    description: 'Services steer it from the surfaces that `steer` names, such as a chat with a bot.',
    input: UpdateCodingRemote,
    output: CodingRemote,
    scope: WRITE,
    problems: [CodingSessionNotFound],
  }),
  getUserCodingRemote: operation('Read the remote control of a user’s session', {
    ...OF_USER,
    input: RemoteSessionRef,
    output: UserCodingRemote,
  }),
  updateUserCodingRemote: operation('Change the remote control of a user’s session', {
    ...OF_USER,
    input: UpdateUserCodingRemote,
    output: CodingControlled,
  }),
  listUserCodingSessions: operation('List the coding sessions of a user', {
    description: 'Services only.',
    input: RemoteUser,
    output: RemoteSessions,
  }),
  steerCodingSession: operation('Tell a user’s session what to do', {
    description: 'The terminal takes it with its next question.',
    input: SteerCodingSession,
    output: CodingControlled,
    problems: [CodingSessionNotFound, CodingRemoteOff],
  }),
  stopCodingSession: operation('Cancel the task of a user’s session', {
    ...CONTROL,
    input: FromSurface,
    output: CodingControlled,
  }),
  requestCodingMode: operation('Ask a user’s terminal to work in another mode', {
    ...CONTROL,
    input: RequestCodingMode,
    output: CodingControlled,
  }),
  replyConsent: operation('Answer the decision that a user’s session waits for', {
    description: 'Words such as `yes` approve; all others deny, and the agent gets them.',
    input: ReplyConsent,
    output: CodingControlled,
    problems: [CodingSessionNotFound, CodingRemoteOff, CodingRequestNotFound],
  }),
};
