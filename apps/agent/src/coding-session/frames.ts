import type { ApprovalRequired, TurnChunk, TurnToolCall, TurnToolResult } from '@skep/contracts/agent';
import type { Step } from '@skep/platform';
import type { Shown } from '../socket/show.js';

/** An event as terminals know it. */
export type Frame = { type: string } & Record<string, unknown>;

/** The type of an event that is a frame already. */
export const FRAME = 'frame';
const PROGRESS_MAX = 100_000;

/** The id of the step that uses a tool: its run, and its place there. @param key of a step `tool R.N` */
const stepIdOf = (run_id: string, key: string): string =>
  [run_id.slice('run_'.length), ...(/ (\d+)\.(\d+)$/.exec(key)?.slice(1) ?? [])].join('_');

/** Where the step with an id is. Undefined for what is none. */
export function placeOfStep(step_id: string): { run_id: string; used: string; said: string; nth: number } | undefined {
  const [, run, round, nth] = /^([0-9a-f]{32})_(\d{1,4})_(\d{1,4})$/.exec(step_id) ?? [];
  return run === undefined ? undefined : { run_id: `run_${run}`, used: `tool ${round}.${nth}`, said: `model ${round}`, nth: Number(nth) };
}

export const queuedFrame = (
  type: 'task_queued' | 'task_dequeued',
  task_id: string,
  { text, surface, iid }: { text: string; surface: string; iid: string },
): Frame => ({ type, task_id, origin: surface, text: text.slice(0, 2_000), steer_iid: iid });

/** `app__function` is a function of an app. */
export function splitName(name: string): { app_id: string; tool: string } {
  const at = name.indexOf('__');
  return at > 0 ? { app_id: name.slice(0, at), tool: name.slice(at + 2) } : { app_id: '', tool: name };
}

export const confirmFrame = (task_id: string, req_id: string, { name, args }: Pick<ApprovalRequired, 'name' | 'args'>): Frame => ({
  ...{ type: 'confirm_request', task_id, req_id, args },
  ...splitName(name),
});

export const requestFrame = (task_id: string, req_id: string, tool: string, args: Record<string, unknown>): Frame => ({
  ...{ type: 'tool_request', task_id, req_id, tool, args },
});

/** Shows a turn to the readers of its session, in the words of terminals. */
export function framesOf(task_id: string): Shown {
  let words = '';
  const show = (step: Step, { type, ...data }: Frame) => step.emit(type, { type, task_id, ...data });
  return {
    // Terminals show whole messages: words before a tool are shown with it, the last ones at the end.
    showsWords: false,
    emit: (step, type, data) => {
      if (type === 'chunk') words += (data as TurnChunk).content;
      const frames = toFrames(type, data, stepIdOf(task_id, step.key));
      if (!frames.length) return;
      // What was used comes with the words, and is not what they wait for.
      if (frames[0]!.type === 'usage') return show(step, frames[0]!);
      if (words.trim()) show(step, { type: 'progress', text: words.trim().slice(0, PROGRESS_MAX) });
      words = '';
      for (const frame of frames) show(step, frame);
    },
    end: () => undefined,
    close: () => undefined,
  };
}

/** Terminals know the use of a tool as an action, and as a step: newer ones show the second. */
function toFrames(type: string, data: object, step_id: string): Frame[] {
  if (type === FRAME) return [data as Frame];
  if (type === 'usage') return [{ type, ...data }];
  if (type === 'tool_call') return [stepStarted(step_id, data as TurnToolCall), startOf(step_id, data as TurnToolCall)];
  return type === 'tool_result' ? [endOf(step_id, data as TurnToolResult), stepFinished(step_id, data as TurnToolResult)] : [];
}

const stepStarted = (step_id: string, { name }: TurnToolCall): Frame => ({
  ...{ type: 'step_started', step_id, kind: 'tool' },
  ...splitName(name),
});

const stepFinished = (step_id: string, { success: ok, output_preview }: TurnToolResult): Frame => ({
  ...{ type: 'step_finished', step_id, ok, summary_facts: factsOf(output_preview) },
});

/** How many things a tool has found, if its output has them. */
function factsOf(output: string): { count: number | null; entity_kind: string } {
  const found = parsed(output);
  return { count: Array.isArray(found) ? found.length : null, entity_kind: '' };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
}

const startOf = (step_id: string, { name, arguments: json }: TurnToolCall): Frame => ({
  ...{ type: 'action', phase: 'start', step_id, ok: null, summary: json },
  ...splitName(name),
});

const endOf = (step_id: string, { name, success, output_preview, error }: TurnToolResult): Frame => ({
  ...{ type: 'action', phase: 'done', step_id, ok: success, summary: success ? output_preview : (error ?? '') },
  ...splitName(name),
});
