import type { RunEnd } from '@skep/contracts';
import { BoardStreamGone, coach } from '@skep/contracts/coach';
import { outcomeExchange } from '../../exchange/outcome-exchange.js';
import { saidExchange } from '../../exchange/said-exchange.js';
import { streamExchangeOf } from '../../exchange/stream-exchange.js';
import { get, outcome, post, routeBuilder } from '../../table.js';
import { person } from './access.js';

/** As long as a model may take to answer a reply. */
const REPLY_MS = 40_000;

/** The id of a board has the digits of its run. */
const boardOf = (run: string): string => run.replace('run_', 'brd_');

/** The last event of a board: what the coach returned for its run, or why there is nothing. */
function toBoardEnd({ status, result }: RunEnd): { event: string; data: object } {
  if (status === 'done') return result as { event: string; data: object };
  return { event: 'error', data: { code: 'generation_failed', detail: 'The board could not be generated.', retryable: true } };
}

const boardStream = streamExchangeOf({
  ended: toBoardEnd,
  last: ['board.completed', 'error'],
  counted: { nameOf: boardOf, gone: (board_id) => BoardStreamGone(undefined, undefined, { board_id }) },
});
const stream = { get: routeBuilder('GET', boardStream), post: routeBuilder('POST', boardStream) };
const isNew = { statuses: { 201: { when: ({ created }: { readonly created?: unknown }) => created === true, description: 'It is new.' } } };
const create = outcome(isNew);
const said = routeBuilder('POST', saidExchange(outcomeExchange(isNew)));

export const homeRoutes = [
  outcome({ etag: true }).get('/user_states/home', coach.getHome, person),
  create.post('/user_states/check-ins', coach.checkIn, person),
  stream.post('/user_states/boards/stream', coach.streamBoard, person),
  stream.get('/user_states/boards/{board_id}/stream', coach.resumeBoard, person),
  get('/user_states/boards', coach.listBoards, person),
  get('/user_states/boards/{board_id}', coach.getBoard, person),
  said('/user_states/boards/{board_id}/replies', coach.replyToBoard, person, { timeoutMs: REPLY_MS }),
  post('/user_states/boards/{board_id}/feedback', coach.rateBoard, person),
];
