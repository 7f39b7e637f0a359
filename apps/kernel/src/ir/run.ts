import { holds } from './condition.js';
import { IrError } from './ir-error.js';
import { isObject, type ActionStep, type ConditionalStep, type IrFunction, type IrStep, type Json, type JsonObject } from './ir.js';
import { Meter } from './meter.js';
import { isAppId, isFunctionName } from './names.js';
import { contextOf, resolve, type Context } from './template.js';
import { fitArgs, isActionVerb, VERBS, type Chosen, type Verbs } from './verbs.js';

const WRITTEN_BYTES_MAX = 4 * 1024 * 1024;
const LIST_LIMIT = 100;
const LIST_LIMIT_MAX = 1000;

export interface RunResult {
  /** Each step's latest result, by step id (and by `output` of an ai.complete). */
  steps: JsonObject;
  /** The latest result of all. */
  prev: Json;
  /** What send, navigate and open ask of the caller's screen, in order: `{action, …args}`. */
  directives: JsonObject[];
  trace: TraceEntry[];
}

export interface TraceEntry {
  step: string;
  op: string;
  ms: number;
  /** Why the step failed. */
  error?: string;
}

export interface RunOptions {
  /** The deadline: when it aborts, the run fails with BACKEND_TIMEOUT, even while a verb is still at work. */
  signal?: AbortSignal;
  /** The permissions that the app holds; left out: all. */
  permissions?: ReadonlySet<string>;
  /** Where the trace is written; a caller who passes a list still has it when the run fails. */
  trace?: TraceEntry[];
  /** Waited for between steps, so that others' work is done meanwhile. */
  turn?: () => Promise<void>;
}

/**
 * Runs a function's steps in order, following conditionals, until the last step, a conditional without target, or a failure.
 * `event` is the call's params, as `checkParams` gave them back; bindings also name it `args`.
 *
 * Results: create `{id}`, get `{doc}`, list `{docs, ids, count}`, update `{ids, count}`, delete `{count}`, ai.complete `{text}`,
 * call whatever came back, conditional `{next}`, send, navigate and open `{action, …args}`.
 *
 * Throws IrError: VALIDATION_… for an argument that did not become what its verb needs, UNKNOWN_SUB_FUNCTION for a call to what
 * cannot be a function, PERMISSION_DENIED for a verb that the app may not use, BACKEND_TIMEOUT at the deadline, EXT_UNSTRUCTURED_ERROR for the app's own faults (an unknown step or verb,
 * more than max(64, 8 × steps) executions, more than 4 MiB written). What a verb throws passes through unchanged.
 */
export async function run(fn: IrFunction, event: JsonObject, verbs: Verbs, options: RunOptions = {}): Promise<RunResult> {
  const { signal, permissions, trace = [], turn } = options;
  const steps = stepsOf(fn);
  const placeOf = new Map(steps.map((step, place) => [step.id, place]));
  const context = contextOf(event);
  const meter = new Meter(WRITTEN_BYTES_MAX);
  const directives: JsonObject[] = [];
  let budget = Math.max(64, 8 * steps.length);

  for (let place = 0; place < steps.length;) {
    const step = steps[place] as IrStep;
    if (budget-- === 0) throw new IrError('EXT_UNSTRUCTURED_ERROR', `step '${step.id}': the function runs in circles`);
    if (trace.length) await turn?.();
    const started = performance.now();
    const entry: TraceEntry = { step: step.id, op: step.op, ms: 0 };
    trace.push(entry);
    try {
      if (step.op === 'conditional') {
        const next = branch(step, context, meter);
        keep({ next });
        if (next === null) break;
        const target = placeOf.get(next);
        if (target === undefined) throw new IrError('EXT_UNSTRUCTURED_ERROR', `step '${step.id}' goes to the unknown step '${next}'`);
        place = target;
      } else {
        keep(await beforeDeadline(signal, () => act(step, context, verbs, meter, permissions)));
        if (step.op === 'ai.complete' && typeof step.args['output'] === 'string') context.steps[step.args['output']] = context.prev;
        if (step.op === 'send' || step.op === 'navigate' || step.op === 'open') directives.push(context.prev as JsonObject);
        place++;
      }
    } catch (error) {
      entry.error = error instanceof IrError ? error.code : 'INTERNAL';
      throw error;
    } finally {
      entry.ms = Math.round(performance.now() - started);
    }

    function keep(result: Json): void {
      context.steps[step.id] = result;
      context.prev = result;
    }
  }
  return { steps: context.steps, prev: context.prev, directives, trace };
}

function stepsOf(fn: IrFunction): IrStep[] {
  const { steps } = fn.impl;
  if (!Array.isArray(steps)) throw new IrError('EXT_UNSTRUCTURED_ERROR', `function '${fn.name}' has no steps`);
  const nameless = steps.findIndex((step) => !isObject(step) || typeof step.id !== 'string' || !step.id);
  if (nameless >= 0) throw new IrError('EXT_UNSTRUCTURED_ERROR', `step ${nameless + 1} has no id`);
  return steps;
}

function branch(step: ConditionalStep, context: Context, meter: Meter): string | null {
  const target = isObject(step.if) && holds(step.if, context, meter) ? step.then : step.else;
  return typeof target === 'string' ? target : null;
}

async function act(
  { op, args: template }: ActionStep,
  context: Context,
  verbs: Verbs,
  meter: Meter,
  permissions: RunOptions['permissions'],
): Promise<Json> {
  if (!isActionVerb(op)) throw new IrError('EXT_UNSTRUCTURED_ERROR', `unknown op ${JSON.stringify(op)}`);
  const { permission } = VERBS[op];
  if (permission && permissions && !permissions.has(permission))
    throw new IrError('PERMISSION_DENIED', `${op}: the app lacks the permission '${permission}'`);
  const args = fitArgs(op, resolve(isObject(template) ? template : {}, context, meter) as JsonObject);
  const { kind, id, data, set, where, ids } = args as {
    kind: string;
    id: string;
    data: JsonObject;
    set: JsonObject;
    where?: JsonObject;
    ids?: string[];
  };

  switch (op) {
    case 'store.create':
      return { id: (await verbs.store.create(kind, data)).id };
    case 'store.get':
      return { doc: await verbs.store.get(kind, id) };
    case 'store.list': {
      const limit = Math.min(Number(args['limit'] ?? LIST_LIMIT), LIST_LIMIT_MAX);
      const docs = await verbs.store.list(kind, { ...(where && { where }), ...(ids && { ids }), limit });
      return { docs, ids: docs.map((doc) => doc.id), count: docs.length };
    }
    case 'store.update': {
      const updated = await chosen((which) => verbs.store.update(kind, which, set), []);
      return { ids: updated, count: updated.length };
    }
    case 'store.delete':
      return { count: await chosen((which) => verbs.store.delete(kind, which), 0) };
    case 'ai.complete': {
      const { prompt, model, temperature, max_tokens } = args as {
        prompt: string;
        model?: string;
        temperature?: number;
        max_tokens?: number;
      };
      const request = {
        prompt,
        ...(model && { model }),
        ...(temperature !== undefined && { temperature }),
        ...(max_tokens && { max_tokens }),
      };
      return { text: (await verbs.aiComplete(request)).text };
    }
    case 'call': {
      const { function: name, app_id, params = {} } = args as { function: string; app_id?: string; params?: JsonObject };
      if (!isFunctionName(name) || (app_id && !isAppId(app_id))) {
        throw new IrError('UNKNOWN_SUB_FUNCTION', `'${name}'${app_id ? ` of '${app_id}'` : ''} cannot be called`);
      }
      return (await verbs.call({ ...(app_id && { app_id }), function: name, params })) ?? null;
    }
    case 'send':
    case 'navigate':
    case 'open':
      return { ...args, action: op };
  }

  /** An id that its binding left empty chooses nothing, and then there is nothing to do. */
  function chosen<T>(work: (which: Chosen) => Promise<T>, nothing: T): T | Promise<T> {
    if (where) return work({ where });
    const given = (ids ?? [id]).filter(Boolean);
    return given.length ? work({ ids: given }) : nothing;
  }
}

async function beforeDeadline<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  if (!signal) return work();
  const late = (): IrError => new IrError('BACKEND_TIMEOUT', 'the function did not finish in time');
  if (signal.aborted) throw late();
  let stop = (): void => {};
  const deadline = new Promise<never>((_, reject) => {
    stop = () => reject(late());
    signal.addEventListener('abort', stop, { once: true });
  });
  return Promise.race([work(), deadline]).finally(() => signal.removeEventListener('abort', stop));
}
