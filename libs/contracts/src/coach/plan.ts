import { Cursor, Empty } from '../common.js';
import { operation } from '../define.js';
import { type FieldDocs, Instant, Int, List, Nested, Nullable, Num, OneOf, Optional, Shape, Text } from '../fields.js';
import { problem } from '../problem.js';
import { RaceNotFound, RaceSummary } from './race.js';

/** `active`: what the person trains for now. */
export const USER_EVENT_STATUSES = ['planned', 'active', 'done', 'dropped'] as const;
export type UserEventStatus = (typeof USER_EVENT_STATUSES)[number];
export const PRIORITIES = ['A', 'B', 'C'] as const;
export type Priority = (typeof PRIORITIES)[number];

const docs = {
  id: { description: 'Id of the planned race.', example: 'uev_2f81c0d4' },
  event_id: { description: 'Id of the race.', example: 'race_7Hq2mXc0' },
  distance_id: { description: 'Id of one of its distances.', example: 'long' },
  goal: { description: 'What the person wants to reach.' },
  priority: { description: 'How important it is; `A` is the most.', example: 'A' },
  status: { description: 'At most one is `active`.', example: 'planned' },
  result: { description: 'How it went.' },
  time_s: { description: 'Seconds.', example: 12_600 },
  next_cursor: { description: 'Where to continue; null at the end.', example: null },
} satisfies Record<string, FieldDocs>;

/** About 23 days. */
const TIME_MAX = 2_000_000;

@Shape('A goal for a race.')
export class RaceGoal {
  @Text({ min: 1, max: 40, pattern: /^[a-z][a-z_]*$/, description: 'Kind of goal, such as `finish` or `time`.', example: 'finish' })
  type!: string;
  @Optional() @Int({ min: 1, max: TIME_MAX, ...docs.time_s }) time_s?: number;
}

@Shape('A result of a race.')
export class RaceResult {
  @Optional() @Num({ min: 1, max: TIME_MAX, ...docs.time_s }) time_s?: number;
  @Optional() @Int({ min: 1, max: 1_000_000, description: 'Rank.', example: 40 }) rank?: number;
}

@Shape('A race to plan.')
export class AddUserEvent {
  @Text({ min: 1, max: 64, ...docs.event_id }) event_id!: string;
  @Optional() @Text({ min: 1, max: 64, ...docs.distance_id }) distance_id?: string;
  @Optional() @Nested(() => RaceGoal, docs.goal) goal?: RaceGoal;
  @Optional() @OneOf(PRIORITIES, docs.priority) priority?: Priority;
}

@Shape('A race that a person plans, or has run.')
export class UserEvent {
  @Text(docs.id) id!: string;
  @Text(docs.event_id) event_id!: string;
  @Nested(() => RaceSummary, { description: 'The race, in the language in which it was written.' }) event!: RaceSummary;
  @Nullable() @Text(docs.distance_id) distance_id!: string | null;
  @Nullable() @Nested(() => RaceGoal, docs.goal) goal!: RaceGoal | null;
  @Nullable() @OneOf(PRIORITIES, docs.priority) priority!: Priority | null;
  @OneOf(USER_EVENT_STATUSES, docs.status) status!: UserEventStatus;
  @Nullable() @Nested(() => RaceResult, docs.result) result!: RaceResult | null;
  @Instant({ description: 'When it was planned.' }) created_at!: Date;
  @Instant({ description: 'When it was last changed.' }) updated_at!: Date;
  @Nullable() @Instant({ description: 'When it was deleted; null while it counts.' }) deleted_at!: Date | null;
}

@Shape('The race that a person trains for.')
export class ActiveUserEvent {
  @Nullable() @Nested(() => UserEvent, { description: 'The race; null if there is none.' }) active!: UserEvent | null;
}

@Shape('Which planned races to list.')
export class ListUserEvents {
  @Optional() @OneOf(USER_EVENT_STATUSES, docs.status) status?: UserEventStatus;
  @Cursor() cursor?: string;
  @Int({ min: 1, max: 100, description: 'Maximum number of races.' }) limit: number = 50;
}

@Shape('Which part of the history to read.')
export class ListUserEventHistory {
  @Cursor() cursor?: string;
  @Int({ min: 1, max: 100, description: 'Maximum number of races.' }) limit: number = 50;
}

@Shape('Planned races, the newest first.')
export class UserEventPage {
  @List(() => UserEvent, { description: 'The races.' }) items!: UserEvent[];
  @Nullable() @Text(docs.next_cursor) next_cursor!: string | null;
}

@Shape('Identifies a planned race.')
export class UserEventRef {
  @Text({ min: 1, max: 64, ...docs.id }) id!: string;
}

@Shape('The race to train for.')
export class ActivateUserEvent {
  @Text({ min: 1, max: 64, ...docs.id }) user_event_id!: string;
}

@Shape('A change of a planned race. What is left out stays.')
export class UpdateUserEvent extends UserEventRef {
  @Optional() @Nested(() => RaceGoal, docs.goal) goal?: RaceGoal;
  @Optional() @OneOf(PRIORITIES, docs.priority) priority?: Priority;
  @Optional() @OneOf(USER_EVENT_STATUSES, docs.status) status?: UserEventStatus;
  @Optional() @Nested(() => RaceResult, docs.result) result?: RaceResult;
}

export const UserEventNotFound = problem('user_event_not_found', 404, 'Planned race not found.');
export const AlreadyPlanned = problem('already_planned', 409, 'You have already planned this race.');
export const UserEventEnded = problem('user_event_ended', 409, 'This race is over for you. Change its status to planned first.');

const scope = 'coach:use';

export const planMembers = {
  listUserEvents: operation('List your races', {
    description: 'Without those that you deleted, the newest first.',
    input: ListUserEvents,
    output: UserEventPage,
    scope,
  }),
  addUserEvent: operation('Plan a race', { input: AddUserEvent, output: UserEvent, problems: [RaceNotFound, AlreadyPlanned], scope }),
  getActiveUserEvent: operation('Read the race that you train for', { input: Empty, output: ActiveUserEvent, scope }),
  activateUserEvent: operation('Train for a race', {
    description: 'The one before it becomes `planned`.',
    input: ActivateUserEvent,
    output: UserEvent,
    problems: [UserEventNotFound, UserEventEnded],
    scope,
  }),
  deactivateUserEvent: operation('Train for no race', {
    description: 'The active one becomes `planned`. Idempotent.',
    input: Empty,
    output: Empty,
    scope,
  }),
  updateUserEvent: operation('Change a planned race', {
    input: UpdateUserEvent,
    output: UserEvent,
    problems: [UserEventNotFound, AlreadyPlanned],
    scope,
  }),
  removeUserEvent: operation('Delete a planned race', {
    description: 'It stays in your history.',
    input: UserEventRef,
    output: Empty,
    problems: [UserEventNotFound],
    scope,
  }),
  listUserEventHistory: operation('List your races that are over', {
    description: 'Those that are done, dropped or deleted, the newest first.',
    input: ListUserEventHistory,
    output: UserEventPage,
    scope,
  }),
};
