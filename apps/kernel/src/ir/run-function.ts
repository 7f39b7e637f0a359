import { VERBS } from '@skep/contracts/authoring';
import { evaluateCondition } from './condition.js';
import { IrError } from './ir-error.js';
import {
  isObject,
  type ActionStep,
  type ActionVerb,
  type ConditionalStep,
  type IrFunction,
  type IrStep,
  type Json,
  type JsonObject,
} from './ir.js';
import { Meter } from './meter.js';
import { isAppId, isFunctionName } from './names.js';
import { createContext, resolveBindings, type TemplateContext } from './template.js';
import { normalizeArgs, isActionVerb, type DocumentSelector, type Verbs } from './verbs.js';

const WRITTEN_BYTES_MAX = 4 * 1024 * 1024;
const LIST_LIMIT = 100;
const LIST_LIMIT_MAX = 1000;

/** The results of a finished run. */
export interface RunResult {
  /** Each step's latest result, by step id (and by the `output` of an ai.complete). */
  steps: JsonObject;
  /** The latest result. */
  prev: Json;
  /** What send, navigate, open and respond ask the caller's client to do, in order: `{action, …args}`. */
  directives: JsonObject[];
  trace: TraceEntry[];
}

/** One executed step. */
export interface TraceEntry {
  step: string;
  op: string;
  ms: number;
  /** The code of the step's error. */
  error?: string;
}

/** Options of `runFunction`. */
export interface RunOptions {
  /** The deadline: when it aborts, the run fails with BACKEND_TIMEOUT, even while a verb is running. */
  signal?: AbortSignal;
  /** The permissions that the app holds. Default: all. */
  permissions?: ReadonlySet<string>;
  /** The array to append the trace to, which is available even if the run fails. */
  trace?: TraceEntry[];
  /** Awaited between steps, so that other work can run. */
  betweenSteps?: () => Promise<void>;
}

/**
 * Runs a function's steps in order, following conditionals, until the last step, a conditional without target, or a failure.
 * `event` is the call's params as returned by `parseParams`; bindings also name it `args`.
 *
 * The result of a conditional is `{next}`; those of verbs are in VERBS.
 *
 * Throws IrError: VALIDATION_… for a resolved argument that its verb does not accept, UNKNOWN_SUB_FUNCTION for a call of an invalid
 * name, PERMISSION_DENIED for a verb that the app may not use, BACKEND_TIMEOUT at the deadline, EXT_UNSTRUCTURED_ERROR for faults of
 * the app (an unknown step or verb, more than max(64, 8 × steps) executions, more than 4 MiB produced). Errors of verbs pass through.
 */
export async function runFunction(fn: IrFunction, event: JsonObject, verbs: Verbs, options: RunOptions = {}): Promise<RunResult> {
  return runSteps(getSteps(fn), event, verbs, options);
}

/** Runs steps as those of a function: see `runFunction`. */
export async function runSteps(steps: IrStep[], event: JsonObject, verbs: Verbs, options: RunOptions = {}): Promise<RunResult> {
  const { signal, permissions, trace = [], betweenSteps } = options;
  const indexById = new Map(steps.map((step, index) => [step.id, index]));
  const context = createContext(event);
  const meter = new Meter(WRITTEN_BYTES_MAX);
  const directives: JsonObject[] = [];
  const executionsMax = Math.max(64, 8 * steps.length);
  let executions = 0;

  for (let index = 0; index < steps.length;) {
    const step = steps[index] as IrStep;
    if (executions++ === executionsMax)
      throw new IrError('EXT_UNSTRUCTURED_ERROR', `step '${step.id}': the function loops: it ran more than ${executionsMax} steps`);
    if (trace.length) await betweenSteps?.();
    const started = performance.now();
    const entry: TraceEntry = { step: step.id, op: step.op, ms: 0 };
    trace.push(entry);
    try {
      if (step.op === 'conditional') {
        const next = chooseBranch(step, context, meter);
        saveResult({ next });
        if (next === null) break;
        const target = indexById.get(next);
        if (target === undefined) throw new IrError('EXT_UNSTRUCTURED_ERROR', `step '${step.id}' continues at the unknown step '${next}'`);
        index = target;
      } else {
        saveResult(await withDeadline(signal, () => executeStep(step, context, verbs, meter, permissions)));
        if (step.op === 'ai.complete' && typeof step.args['output'] === 'string') context.steps[step.args['output']] = context.prev;
        if (step.op === 'send' || step.op === 'navigate' || step.op === 'open' || step.op === 'respond')
          directives.push(context.prev as JsonObject);
        index++;
      }
    } catch (error) {
      entry.error = error instanceof IrError ? error.code : 'INTERNAL';
      throw error;
    } finally {
      entry.ms = Math.round(performance.now() - started);
    }

    function saveResult(result: Json): void {
      context.steps[step.id] = result;
      context.prev = result;
    }
  }
  return { steps: context.steps, prev: context.prev, directives, trace };
}

function getSteps(fn: IrFunction): IrStep[] {
  const steps: unknown = fn.impl.kind === 'declarative' ? fn.impl.steps : undefined;
  if (!Array.isArray(steps)) throw new IrError('EXT_UNSTRUCTURED_ERROR', `function '${fn.name}' has no steps`);
  const nameless = steps.findIndex((step: unknown) => !isObject(step) || typeof step.id !== 'string' || !step.id);
  if (nameless >= 0) throw new IrError('EXT_UNSTRUCTURED_ERROR', `step ${nameless + 1} has no id`);
  return steps as IrStep[];
}

function chooseBranch(step: ConditionalStep, context: TemplateContext, meter: Meter): string | null {
  const target = isObject(step.if) && evaluateCondition(step.if, context, meter) ? step.then : step.else;
  return typeof target === 'string' ? target : null;
}

async function executeStep(
  { op, args: template }: ActionStep,
  context: TemplateContext,
  verbs: Verbs,
  meter: Meter,
  permissions: RunOptions['permissions'],
): Promise<Json> {
  if (!isActionVerb(op)) throw new IrError('EXT_UNSTRUCTURED_ERROR', `unknown op ${JSON.stringify(op)}`);
  assertPermitted(op, permissions);
  return performVerb(op, resolveBindings(isObject(template) ? template : {}, context, meter) as JsonObject, verbs);
}

/** @throws IrError `PERMISSION_DENIED` */
export function assertPermitted(op: ActionVerb, permissions: RunOptions['permissions']): void {
  const { permission } = VERBS[op];
  if (permission && permissions && !permissions.has(permission))
    throw new IrError('PERMISSION_DENIED', `${op}: the app lacks the permission '${permission}'`);
}

/** Performs a verb with resolved arguments, and returns the result of its step. Throws like `runFunction`. */
export async function performVerb(op: ActionVerb, given: JsonObject, verbs: Verbs): Promise<Json> {
  const args = normalizeArgs(op, given);
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
      const updated = await withSelector((selector) => verbs.store.update(kind, selector, set), []);
      return { ids: updated, count: updated.length };
    }
    case 'store.delete':
      return { count: await withSelector((selector) => verbs.store.delete(kind, selector), 0) };
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
        throw new IrError('UNKNOWN_SUB_FUNCTION', `'${name}'${app_id ? ` of '${app_id}'` : ''} is not the name of a function`);
      }
      return (await verbs.call({ ...(app_id && { app_id }), function: name, params })) ?? null;
    }
    case 'send':
    case 'navigate':
    case 'open':
    case 'respond':
      return { ...args, action: op };
  }

  /** Returns `otherwise` if no document is selected, because the bindings of the ids are empty. */
  function withSelector<T>(work: (selector: DocumentSelector) => Promise<T>, otherwise: T): T | Promise<T> {
    if (where) return work({ where });
    const selected = (ids ?? [id]).filter(Boolean);
    return selected.length ? work({ ids: selected }) : otherwise;
  }
}

async function withDeadline<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  if (!signal) return work();
  const timeout = (): IrError => new IrError('BACKEND_TIMEOUT', 'the function did not finish in time');
  if (signal.aborted) throw timeout();
  let stop = (): void => {};
  const deadline = new Promise<never>((_, reject) => {
    stop = () => reject(timeout());
    signal.addEventListener('abort', stop, { once: true });
  });
  return Promise.race([work(), deadline]).finally(() => signal.removeEventListener('abort', stop));
}
