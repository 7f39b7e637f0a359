import type { AgentShapes } from '../../../data/api.js';
import type { StreamEvent } from '../../../data/event-source.js';

/** A use of a tool, as far as it is known. */
export interface ToolUse {
  id: string;
  name: string;
  state: 'asks' | 'runs' | 'done' | 'failed';
  args?: unknown;
  output?: string;
  ms?: number | undefined;
}

/** What a turn shows: words and tools, in their order. */
export type Part = { kind: 'text'; text: string } | { kind: 'tool'; use: ToolUse };

/** A turn of an agent while it is read. */
export interface Turn {
  messageId?: string;
  parts: readonly Part[];
  isOver: boolean;
  /** The connection broke, and is being opened again. */
  isBroken?: boolean;
  failure?: AgentShapes['TurnFailed'];
}

export const BEGINNING: Turn = { parts: [], isOver: false };

/** The turn after an event of its stream. */
export function after(turn: Turn, { event, data }: StreamEvent): Turn {
  const { parts } = turn;
  switch (event) {
    case 'start':
      return { ...turn, messageId: (data as AgentShapes['TurnStarted']).message_id };
    case 'chunk':
      return { ...turn, parts: withText(parts, (data as AgentShapes['TurnChunk']).content) };
    case 'approval_required': {
      const { tool_call_id: id, name, args } = data as AgentShapes['ApprovalRequired'];
      return { ...turn, parts: withTool(parts, { id, name, args, state: 'asks' }) };
    }
    case 'tool_call': {
      const { tool_call_id: id, name, args } = data as AgentShapes['TurnToolCall'];
      return { ...turn, parts: withTool(parts, { id, name, args, state: 'runs' }) };
    }
    case 'tool_result': {
      const { tool_call_id: id, name, success, result, error, execution_time_ms: ms } = data as AgentShapes['TurnToolResult'];
      const output = error ?? (typeof result === 'string' ? result : JSON.stringify(result));
      return { ...turn, parts: withTool(parts, { id, name, state: success ? 'done' : 'failed', output, ms }) };
    }
    case 'done':
      return { ...turn, messageId: (data as AgentShapes['TurnDone']).message_id };
    case 'error':
      return { ...turn, failure: data as AgentShapes['TurnFailed'] };
    default:
      return turn;
  }
}

/** Whether a stream ends with this event. */
export const isLast = ({ event }: StreamEvent): boolean => event === 'done' || event === 'error';

function withText(parts: readonly Part[], more: string): readonly Part[] {
  const last = parts.at(-1);
  if (last?.kind !== 'text') return [...parts, { kind: 'text', text: more }];
  return [...parts.slice(0, -1), { kind: 'text', text: last.text + more }];
}

function withTool(parts: readonly Part[], use: ToolUse): readonly Part[] {
  const known = parts.some((part) => part.kind === 'tool' && part.use.id === use.id);
  if (!known) return [...parts, { kind: 'tool', use }];
  return parts.map((part) => (part.kind === 'tool' && part.use.id === use.id ? { kind: 'tool', use: { ...part.use, ...use } } : part));
}

interface StoredTool {
  name: string;
  success: boolean;
  arguments?: string;
  output?: string;
  execution_time_ms?: number;
}

/** The tools of an answer that was stored. */
export const storedTools = (message: AgentShapes['ChatMessage']): ToolUse[] =>
  ((message.metadata['tools'] ?? []) as StoredTool[]).map(({ name, success, arguments: json, output, execution_time_ms: ms }, index) => ({
    ...{ id: `${message.id} ${index}`, name, state: success ? 'done' : 'failed' },
    ...{ ...(json && { args: toJson(json) }), ...(output && { output }), ms },
  }));

/** The value of a JSON text; the text itself if it is none, such as one that was shortened. */
export function toJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
