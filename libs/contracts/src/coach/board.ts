import { Cursor } from '../common.js';
import { events, operation } from '../define.js';
import { Bool, Day, type FieldDocs, Instant, Int, List, Nested, Nullable, OneOf, Optional, Shape, Text } from '../fields.js';
import { TokenUsage } from '../models/index.js';
import { NotConfigured, problem } from '../problem.js';
import { ActivityNotFound } from './health.js';
import { CoachBudgetExceeded } from './model.js';
import { PersonNotFound } from './person.js';
import { ChartSpec } from './question.js';
import { ClientMessageId } from './source.js';

/** What a board is about. */
export const BOARD_KINDS = ['daily', 'weekly', 'activity', 'race'] as const;
export type BoardKind = (typeof BOARD_KINDS)[number];
export const BOARD_STATUSES = ['running', 'completed', 'failed'] as const;
export type BoardStatus = (typeof BOARD_STATUSES)[number];
export const CARD_TYPES = ['summary', 'list', 'question', 'chart'] as const;
export type CardType = (typeof CARD_TYPES)[number];

const docs = {
  board_id: { description: 'Id of the board.', example: 'brd_4f9a0c51d2e84b6f9c7a1b3d5e7f9012' },
  kind: { description: 'What it is about. `activity`: the one that `activity_id` names.', example: 'daily' },
  activity_id: { description: 'The activity that the board is about.', example: 'strava:12345' },
  card_id: { description: 'Id of the card within its board.', example: 'card_1' },
  type: { description: 'What kind of card it is.', example: 'summary' },
  title: { description: 'Title of the card.', example: 'Today' },
  seq: { description: 'Number of the event in its board, from 0 without gaps.', example: 1 },
  usage: { description: 'Tokens of the language model.' },
  code: { description: 'Always `generation_failed`.', example: 'generation_failed' },
  detail: { description: 'Why the board broke off.', example: 'The language model is temporarily unavailable.' },
  retryable: { description: 'Whether a new board may succeed.', example: true },
} satisfies Record<string, FieldDocs>;

@Shape('A card of a board.')
export class BoardCard {
  @Text(docs.card_id) card_id!: string;
  @OneOf(CARD_TYPES, docs.type) type!: CardType;
  @Text({ min: 1, max: 120, ...docs.title }) title!: string;
  @Text({
    max: 8_000,
    description: 'A summary, an introduction to a list, a question, or the caption of a chart. May be empty in a list.',
    example: 'Keep it easy.',
  })
  text!: string;
  @Optional() @List('text', { max: 12, length: 500, description: 'What a list has.', example: ['Easy run'] }) items?: string[];
  @Optional() @List('text', { max: 6, length: 120, description: 'Answers to choose from.', example: ['Yes', 'No'] }) options?: string[];
  @Optional() @Nested(() => ChartSpec, { description: 'A chart, with its data in it.' }) spec?: ChartSpec;
}

@Shape('A board begins.')
export class BoardCreated {
  @Text(docs.board_id) board_id!: string;
  @OneOf(BOARD_KINDS, docs.kind) kind!: BoardKind;
  @Int(docs.seq) seq!: number;
}

@Shape('A card begins.')
export class CardStarted {
  @Text(docs.card_id) card_id!: string;
  @OneOf(CARD_TYPES, docs.type) type!: CardType;
  @Text(docs.title) title!: string;
  @Int(docs.seq) seq!: number;
}

@Shape('The next words of a card: append them. `card.completed` has all of the card and counts.')
export class CardDelta {
  @Text(docs.card_id) card_id!: string;
  @Text({ description: 'The next words.', example: 'Keep it' }) text!: string;
  @Int(docs.seq) seq!: number;
}

@Shape('A card is finished.')
export class CardCompleted {
  @Text(docs.card_id) card_id!: string;
  @Nested(() => BoardCard, { description: 'All of the card.' }) card!: BoardCard;
  @Int(docs.seq) seq!: number;
}

@Shape('A board is finished: the last event.')
export class BoardCompleted {
  @Text(docs.board_id) board_id!: string;
  @Int({ description: 'Number of its cards.', example: 4 }) cards!: number;
  @Nested(() => TokenUsage, docs.usage) usage!: TokenUsage;
  @Int(docs.seq) seq!: number;
}

@Shape('A board breaks off: the last event. Its finished cards are kept.')
export class BoardFailed {
  @Text(docs.code) code!: string;
  @Text(docs.detail) detail!: string;
  @Bool(docs.retryable) retryable!: boolean;
  @Int(docs.seq) seq!: number;
}

@Shape('A board to generate.')
export class StreamBoard {
  @OneOf(BOARD_KINDS, docs.kind) kind!: BoardKind;
  @Optional() @Text({ min: 1, max: 200, ...docs.activity_id }) activity_id?: string;
  @Text({ min: 1, max: 200, description: 'Your id of the request. One that is repeated joins the first board.', example: '7c9e6679' })
  client_request_id!: string;
  @Bool({ description: 'Generates a board even if there is one of this day.' }) force: boolean = false;
}

@Shape('Identifies a board.')
export class BoardRef {
  @Text({ min: 1, max: 64, ...docs.board_id }) board_id!: string;
}

@Shape('Where the stream of a board continues.')
export class ResumeBoard extends BoardRef {
  @Optional()
  @Text({
    pattern: /^([\w-]{1,64}:)?\d{1,9}$/,
    description: 'Like `Last-Event-ID`: the `id` of the last event that you have.',
    example: 'brd_4f9a:3',
  })
  after?: string;
}

@Shape('A board in a list.')
export class BoardSummary {
  @Text(docs.board_id) id!: string;
  @OneOf(BOARD_KINDS, docs.kind) kind!: BoardKind;
  @Nullable() @Text(docs.activity_id) activity_id!: string | null;
  @Day({ description: 'The day of the person on which it began.', example: '2026-06-21' }) day!: string;
  @OneOf(BOARD_STATUSES, { description: 'Whether it is being generated, finished, or broken off.', example: 'completed' })
  status!: BoardStatus;
  @Int({ description: 'Number of its finished cards.', example: 4 }) card_count!: number;
  @Instant({ description: 'When it began.' }) created_at!: Date;
  @Nullable() @Instant({ description: 'When it ended.' }) ended_at!: Date | null;
}

@Shape('What the person and the coach said about a board.')
export class BoardReply {
  @Text({ description: 'Id of the reply.', example: 'src_5f0c2b7e9a1d4c3e8b6f' }) id!: string;
  @Text({ description: 'What the person said.', example: 'Why easy?' }) text!: string;
  @Nullable() @Text({ description: 'What the coach answered, if it has.', example: 'You slept badly.' }) reply!: string | null;
  @Instant({ description: 'When the person said it.' }) created_at!: Date;
}

@Shape('A board.')
export class Board extends BoardSummary {
  @List(() => BoardCard, { description: 'Its finished cards, in their order.' }) cards!: BoardCard[];
  @List(() => BoardReply, { description: 'The newest 100 replies, oldest first.' }) replies!: BoardReply[];
}

@Shape('Which boards to return.')
export class ListBoards {
  @Optional() @OneOf(BOARD_KINDS, docs.kind) kind?: BoardKind;
  @Int({ min: 1, max: 100, description: 'Boards per page.' }) limit: number = 20;
  @Cursor() cursor?: string;
}

@Shape('Boards, newest first.')
export class BoardList {
  @List(() => BoardSummary, { description: 'The boards of this page.' }) items!: BoardSummary[];
  @Nullable() @Text({ description: 'Where the list continues; null at its end.' }) next_cursor!: string | null;
}

@Shape('What a person says about a board.')
export class ReplyToBoard extends BoardRef {
  @Text({ min: 1, max: 4_000, description: 'What you say.', example: 'Why easy?' }) text!: string;
  @ClientMessageId() client_message_id!: string;
}

/** A part of what the coach says, as it comes. */
export interface SaidPart {
  text: string;
}

@Shape('A reply that is kept.')
export class KeptReply {
  @Text({ description: 'Id of the reply.', example: 'src_5f0c2b7e9a1d4c3e8b6f' }) id!: string;
  @Bool({ description: 'Whether this request created it. False: it was there.', example: true }) created!: boolean;
  @Optional() @Text({ description: 'What the coach answers; absent if it could not.', example: 'You slept badly.' }) reply?: string;
}

@Shape('How a person rates a board, or a card of it.')
export class RateBoard extends BoardRef {
  @OneOf(['up', 'down'], { description: 'The rating.', example: 'up' }) rating!: 'up' | 'down';
  @Optional() @Text({ min: 1, max: 64, ...docs.card_id, description: 'The card. Left out: the board.' }) card_id?: string;
  @Optional() @List('text', { max: 10, length: 100, description: 'Reasons.', example: ['too hard'] }) reasons?: string[];
  @Optional() @Text({ max: 2_000, description: 'A comment.', example: 'My knee hurts.' }) comment?: string;
}

@Shape('A rating that is kept.')
export class KeptRating {
  @Text({ description: 'Id of the rating. The next one of the same board or card replaces it.', example: 'fbk_5f0c2b7e' }) id!: string;
}

export const BoardNotFound = problem('board_not_found', 404, 'Board not found.');
export const CardNotFound = problem('card_not_found', 404, 'The board has no finished card with this id.');
export const BoardRunning = problem('board_running', 409, 'Another board of this kind is being generated.');
export const BoardStreamGone = problem('board_stream_gone', 410, 'The events of this board are no longer kept. Read the board instead.');

const scope = 'coach:use';
const boardEvents = events({
  'board.created': BoardCreated,
  'card.started': CardStarted,
  'card.delta': CardDelta,
  'card.completed': CardCompleted,
  'board.completed': BoardCompleted,
  error: BoardFailed,
});

export const boardMembers = {
  streamBoard: operation('Generate a board', {
    description:
      'Streams the board while it is generated; it goes on without a reader. A `client_request_id` that is repeated joins the first board. Without `force`, a finished board of the same kind, activity and day is replayed while its events are kept. What fails before the first event is an ordinary error, later it is the event `error`. A `board_running` names the other board in `board_id`.',
    input: StreamBoard,
    output: boardEvents,
    problems: [PersonNotFound, ActivityNotFound, BoardRunning, BoardStreamGone, CoachBudgetExceeded, NotConfigured],
    scope,
    spansCalls: true,
  }),
  resumeBoard: operation('Continue the stream of a board', {
    description: 'From its start, or after `Last-Event-ID` or `after`. Any number of devices may read along.',
    input: ResumeBoard,
    output: boardEvents,
    problems: [BoardNotFound, BoardStreamGone],
    scope,
  }),
  listBoards: operation('List your boards', { input: ListBoards, output: BoardList, scope }),
  getBoard: operation('Read a board', {
    description: 'With the cards that are finished, also while it is generated.',
    input: BoardRef,
    output: Board,
    problems: [BoardNotFound],
    scope,
  }),
  replyToBoard: operation('Reply to a board', {
    description:
      'The coach answers, if its language model does within half a minute; to clients that accept `text/event-stream`, word by word. A `client_message_id` that is repeated answers 200 with the first reply.',
    input: ReplyToBoard,
    output: KeptReply,
    problems: [BoardNotFound],
    scope,
    spansCalls: true,
  }),
  rateBoard: operation('Rate a board', {
    description: 'Replaces your rating of the same board or card.',
    input: RateBoard,
    output: KeptRating,
    problems: [BoardNotFound, CardNotFound],
    scope,
  }),
};
