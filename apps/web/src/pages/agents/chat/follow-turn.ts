import { ApiProblem } from '../../../data/api.js';
import { openEvents, type StreamEvent } from '../../../data/event-source.js';
import { after, BEGINNING, isLast, type Turn } from './turn.js';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 8_000;

interface Following {
  /** The stream of the newest turn, with which a broken one is continued. */
  path: string;
  signal: AbortSignal;
  /** Whether a message is shown already, so that its turn is not of interest. */
  isKnown: (messageId: string) => boolean;
  show: (turn: Turn) => void;
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const isRefusal = (error: unknown) => error instanceof ApiProblem && error.status >= 400 && error.status < 500 && error.status !== 429;

/** Reads a turn to its end, over as many connections as that needs. Undefined if it is known, or if the reader has left. */
export async function followTurn(
  first: AsyncGenerator<StreamEvent> | undefined,
  { path, signal, isKnown, show }: Following,
): Promise<Turn | undefined> {
  let turn = BEGINNING;
  let lastId: string | undefined;
  let pauseMs = FIRST_PAUSE_MS;
  for (let events = first; events && !signal.aborted;) {
    try {
      for await (const event of events) {
        turn = { ...after(turn, event), isBroken: false };
        if (turn.messageId && isKnown(turn.messageId)) return undefined;
        if (isLast(event)) return signal.aborted ? undefined : turn;
        lastId = event.id ?? lastId;
        pauseMs = FIRST_PAUSE_MS;
        show(turn);
      }
    } catch {
      // The connection broke, as it also did if the stream ended too early.
    }
    turn = { ...turn, isBroken: true };
    show(turn);
    await sleep(pauseMs);
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    events = await openEvents(path, { signal, lastId }).catch((error: unknown) => (isRefusal(error) ? undefined : failing()));
  }
  return signal.aborted ? undefined : turn;
}

/** A stream that breaks at once. */
async function* failing(): AsyncGenerator<StreamEvent> {}
