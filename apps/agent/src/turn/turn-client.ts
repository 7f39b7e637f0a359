import type { ModelToolCall } from '@skep/contracts/models';
import type { Shown } from '../socket/show.js';
import type { Tool, ToolOutput } from '../tool/tool.js';

/** What a person decided about a call. */
export interface Decision {
  approved: boolean;
  /** Whether the tool may run again in this turn without asking. */
  remember?: boolean;
  /** What they said about it. */
  reason?: string;
}

/** A call of a tool, and its place in the turn. */
export interface PlacedCall {
  at: string;
  call: ModelToolCall;
}

/** How a turn has used a tool. */
export interface UsedTool {
  name: string;
  success: boolean;
  /** Its arguments, as JSON, and what it returned, as far as they are short. */
  arguments?: string;
  output?: string;
  execution_time_ms?: number;
}

/** What a turn has with its person: a chat, or a terminal that runs tools of its own. */
export interface TurnClient {
  shown: Shown;
  /** Tools that only this client has. */
  tools: readonly Tool[];
  /** What the agent has to know of it; empty if there is nothing. */
  briefing: string;
  /** How often the agent may use tools before it answers, if it is not set up otherwise. */
  rounds: number;
  /** Asks the person whether a call may run. Undefined if they did not answer in time. */
  decide(placed: PlacedCall): Promise<Decision | undefined>;
  /** Has the client run one of its tools. */
  run(placed: PlacedCall): Promise<ToolOutput>;
  /** What the person has said since the turn began. */
  hear(round: number): Promise<string[]>;
  /** The same before the turn ends: unless there is something, it receives nothing more. */
  hearLast(round: number, used: readonly UsedTool[]): Promise<string[]>;
}
