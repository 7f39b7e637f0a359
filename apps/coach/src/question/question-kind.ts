import type { Problem } from '@skep/contracts';
import type { AnswerSource, ChartFormat } from '@skep/contracts/coach';
import { runKind } from '@skep/platform';

/** The question itself is in its row. */
export interface QuestionInput {
  conversation_id: string;
  timezone: string;
  /** It wants a chart. */
  format?: ChartFormat;
}

/** How a question has ended: an answer, a chart with its caption, or a problem. */
export type QuestionResult =
  | { answer: string; conversation_id: string; sources: AnswerSource[]; took_ms: number }
  | { caption: string; conversation_id: string; sources: AnswerSource[]; took_ms: number }
  | { failed: Pick<Problem, 'body' | 'retryAfter'> };

/** One at a time in a conversation. */
export const QUESTION = runKind<QuestionInput, QuestionResult>('coach.question', { deadlineMs: 600_000, retries: 6, atOnce: 4 });

export const laneOf = (conversation_id: string): string => `questions of ${conversation_id}`;

/** A question has the digits of its run. */
export const questionIdOf = (run_id: string): string => run_id.replace('run_', 'qst_');
