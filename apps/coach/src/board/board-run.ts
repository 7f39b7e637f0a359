import type { BoardKind } from '@skep/contracts/coach';
import { runKind } from '@skep/platform';

/** A board to generate. */
export interface BoardInput {
  kind: BoardKind;
  activity_id: string | null;
  day: string;
}

/** The last event of a board. Its `seq` is the number of the events before it. */
export interface BoardEnd {
  event: 'board.completed' | 'error';
  data: object;
}

/** After this time a board has failed, whatever became of its run. */
export const BOARD_MS = 600_000;

export const BOARD = runKind<BoardInput, BoardEnd>('coach.board', { deadlineMs: BOARD_MS, retries: 8 });

export const boardOf = (run_id: string): string => run_id.replace('run_', 'brd_');
export const runOf = (board_id: string): string => board_id.replace('brd_', 'run_');
