import type { Say } from '@skep/contracts/agent';
import { runKind } from '@skep/platform';

/** A turn of an agent. */
export interface TurnInput {
  conversation_id: string;
  agent_id: string;
  /** The message that it answers. */
  said_id: string;
  /** How it answers, if not as it is set up. */
  options: Omit<Partial<Say>, 'conversation_id' | 'content' | 'agent_id'>;
  /** What its person could do when it began. */
  scopes: readonly string[];
  /** No user watches: it ends where it would need an approval. */
  isUnattended?: boolean;
  /** Who reads the answer may see nothing of its person: it has no tools, and of the files those about its character. */
  isForGuest?: boolean;
  /** Tools that need no approval, in addition to those of its agent. */
  approved_tools?: readonly string[];
  /** It is a task of a coding session. */
  coding?: CodingTask;
}

/** How a turn begins, beside what is said. `is_outside`: others wrote it, or a part of it. */
export interface Beginning extends Pick<TurnInput, 'isUnattended' | 'isForGuest' | 'approved_tools' | 'coding'> {
  /** That of its run, if the request has none. */
  key?: string;
  is_outside?: boolean;
  /** Where the person said it, if not in a chat. */
  surface?: string;
  /** The conversation does not exist yet. */
  opens?: { title?: string };
}

/** What a person wants done in a coding session. */
export interface CodingTask {
  session_id: string;
  /** Where their terminal is, as JSON. */
  context: string;
  /** What a marathon is to reach. */
  goal?: string;
}

/** How a turn has ended. What was said is a message of its conversation. */
export interface TurnResult {
  message_id: string;
  model: string;
  provider: string;
  finish_reason: string;
  /** What its answers of models used. */
  tokens: number;
  credits: number;
  /** What was said at last; for tasks of coding sessions. */
  text?: string;
  error?: TurnError;
  /** The tool that would have needed an approval. */
  needs_approval?: string;
}

/** Why a turn failed. */
export interface TurnError {
  code: string;
  message: string;
  retryable: boolean;
}

/** One at a time in a conversation. A service that is unavailable for some seconds does not end it. */
export const TURN = runKind<TurnInput, TurnResult>('agent.turn', { deadlineMs: 6 * 3_600_000, retries: 8, atOnce: 16 });

/** The message of a turn has the hexadecimal digits of its run. */
export const messageIdOf = (run_id: string): string => run_id.replace(/^run_(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

export const laneOf = (conversation_id: string): string => `conversation ${conversation_id}`;
