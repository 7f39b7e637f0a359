import {
  type BuiltinFunction,
  type CallFunction as Input,
  type CallResult,
  Forbidden,
  holdsScope,
  kernel,
  Problem,
  TooManyRequests,
} from '@skep/contracts';
import { Bus, type Ctx, Database, LOG, type Log, toProblem, withKeySuffix } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { Ai } from '../ai/ai.js';
import { newId } from '../id.js';
import { IrError, type IrErrorCode } from '../ir/ir-error.js';
import type { IrFunction, Json, JsonObject } from '../ir/ir.js';
import { renderPanel } from '../ir/panel.js';
import { checkParams } from '../ir/params.js';
import { run } from '../ir/run.js';
import { contextOf } from '../ir/template.js';
import type { Verbs } from '../ir/verbs.js';
import { DocumentRepository } from '../store/document.repository.js';
import { StorageLimits } from '../store/storage-limits.js';
import { type App, Apps } from './apps.js';
import { CallRecorder } from './call-recorder.js';
import { Charging, NeverBegan } from './charging.js';
import { failureOf } from './failure.js';
import { attemptsOf, resultOf, stepOnce, storeOnce } from './once.js';
import { mustBePermitted } from './permission.js';
import { panelOf, type RunningCall } from './running-call.js';
import { summaryOf } from './summary.js';
import { UnderWay } from './under-way.js';

const DEPTH_MAX = 6;
const NESTED_MAX = 100;
const RESULT_BYTES_MAX = 256 * 1024;
/** What is kept of the deadline for writing the call down and answering. */
const REST_MS = 150;
const TIMEOUT_MAX_MS = 10 * 60_000;

type Succeeded = Pick<CallResult, 'data'> & Partial<Pick<CallResult, 'ui' | 'summary'>> & { messages?: JsonObject[] };
type Within = Pick<RunningCall, 'chain' | 'path' | 'throughAnother' | 'signal' | 'budget' | 'waits'>;

/** Calls a function: finds it, checks its params, runs it, writes down what happened, answers. */
@Injectable()
export class CallFunction {
  constructor(
    private readonly apps: Apps,
    private readonly bus: Bus,
    private readonly db: Database,
    private readonly documents: DocumentRepository,
    private readonly limits: StorageLimits,
    private readonly ai: Ai,
    private readonly recorder: CallRecorder,
    private readonly charging: Charging,
    private readonly underWay: UnderWay,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /**
   * @throws Problem `forbidden`, `app_not_installed`, `app_suspended`, `app_disabled`, `insufficient_credits`, `too_many_requests`.
   * The function's own failure is a result.
   */
  async run(ctx: Ctx, input: Input): Promise<CallResult> {
    const app = await this.open(ctx, input);
    return this.perform(withKeySuffix(ctx, 'call'), app, input.function, input.params as JsonObject);
  }

  /** The app that somebody asks for in his own name. @throws Problem like `run`. */
  async open(ctx: Ctx, { app_id, user_id, tenant_id }: Pick<Input, 'app_id' | 'user_id' | 'tenant_id'>): Promise<App> {
    if (user_id !== ctx.user || (tenant_id !== ctx.tenant && tenant_id !== 'default')) throw Forbidden('You may only call for yourself.');
    return this.apps.open(ctx, app_id);
  }

  /**
   * One call within its deadline. `waits`: where its caller has too many under way, it waits rather than being refused.
   * @throws Problem `insufficient_credits`, `usage_limit_reached`, `too_many_requests`, `unavailable`: then nothing was done.
   */
  perform(caller: Ctx, app: App, name: string, params: JsonObject, waits = false): Promise<CallResult> {
    const ctx = { ...caller, deadline: caller.deadline - REST_MS };
    return this.underWay.call(ctx, waits, async () => {
      const stop = new AbortController();
      const timer = setTimeout(() => stop.abort(), Math.min(ctx.deadline - Date.now(), TIMEOUT_MAX_MS));
      try {
        const outermost = { chain: null, path: [], throughAnother: false, signal: stop.signal, budget: { left: NESTED_MAX }, waits };
        return await this.performWithin(outermost, ctx, app, name, params);
      } finally {
        clearTimeout(timer);
      }
    });
  }

  private async performWithin(
    { chain, path, throughAnother, signal, budget, waits }: Within,
    ctx: Ctx,
    app: App,
    name: string,
    params: JsonObject,
  ): Promise<CallResult> {
    const done = resultOf({ ctx });
    if (done) return done;
    const call: RunningCall = {
      ...{ id: newId('act'), ctx, attempt: attemptsOf({ ctx }), app, name, params, chain, throughAnother, signal, budget, waits, steps: 0 },
      path: [...path, `${app.id}/${name}`],
      started: performance.now(),
      llm: { calls: 0, tokens: 0, model: null, fee: 0 },
    };
    const { messages = [], ...result } = await this.attempt(call);
    await this.recorder.record(call, result, messages);
    return result;
  }

  private async attempt(call: RunningCall): Promise<CallResult & Pick<Succeeded, 'messages'>> {
    try {
      await this.underWay.turn(call.ctx);
      const { data, ui = null, summary = null, messages } = await this.work(call);
      return { status: 'success', data, summary, error: null, ui, messages };
    } catch (error) {
      if (error instanceof NeverBegan) throw error.problem;
      return failureOf(error instanceof IrError ? error : toProblem(error, call.ctx, this.log));
    }
  }

  private work(call: RunningCall): Promise<Succeeded> | Succeeded {
    const { app, name } = call;
    if (app.broken) throw new IrError('EXT_UNSTRUCTURED_ERROR', app.broken);
    const panelId = panelOf(name);
    if (panelId !== undefined) return this.panel(call, panelId);
    const fn = app.functions.get(name);
    if (!fn) throw new IrError('UNKNOWN_SUB_FUNCTION', `'${app.id}' has no function '${name}'`);
    return 'operation' in fn ? this.operation(call, fn) : this.steps(call, fn);
  }

  private async operation(call: RunningCall, { operation, summary }: BuiltinFunction): Promise<Succeeded> {
    if (!holdsScope(call.ctx.scopes, operation.scope))
      throw new IrError('PERMISSION_DENIED', `this requires the scope "${operation.scope}"`);
    const ask = () => this.bus.forward(operation, call.ctx, JSON.stringify(call.params));
    const { bytes } = await (operation === kernel.smokeIr ? this.smokeRun(call, ask) : ask());
    checkSize(bytes.length);
    const data = JSON.parse(Buffer.from(bytes).toString()) as Record<string, unknown>;
    return { data, summary: typeof summary === 'string' ? summary : summary(data) };
  }

  private smokeRun<T>({ ctx, waits }: RunningCall, work: () => Promise<T>): Promise<T> {
    return this.underWay.smokeRun(ctx, waits, work).catch((error: unknown) => {
      throw error instanceof Problem && error.body.code === TooManyRequests.code ? new NeverBegan(error) : error;
    });
  }

  private async steps(call: RunningCall, fn: IrFunction): Promise<Succeeded> {
    const event = checkParams(fn, call.params);
    await this.charging.admit(call, fn);
    const turn = () => this.underWay.turn(call.ctx);
    const done = await run(fn, event, this.verbs(call), { signal: call.signal, permissions: call.app.permissions, turn });
    const { steps, prev, directives } = done;
    // `prev` and the directives only repeat results of steps.
    checkSize(Buffer.byteLength(JSON.stringify(steps)));
    const messages = directives.filter(({ action }) => action === 'send');
    return { data: { steps, prev, ...(directives.length && { directives }) }, summary: summaryOf(done), messages };
  }

  private panel({ app, params }: RunningCall, panel_id: string): Succeeded {
    const panel = app.panels.get(panel_id);
    if (!panel) throw new IrError('UNKNOWN_SUB_FUNCTION', `'${app.id}' has no panel '${panel_id}'`);
    const { kind, tree } = panel.render;
    const ui = kind === 'static' ? tree : renderPanel(tree, { ...contextOf(params), prev: null });
    return { data: { ui, panel_id }, ui, summary: panel.title };
  }

  private verbs(call: RunningCall): Verbs {
    const { ctx, app, attempt, llm, signal } = call;
    return {
      store: storeOnce(
        call,
        this.documents.of({ tenant_id: ctx.tenant, user_id: ctx.user, app_id: app.id }, () => this.limits.of(ctx)),
        this.db,
      ),
      aiComplete: async (request) => {
        const answered = await stepOnce(call, 'ai.complete', async () => {
          llm.calls++;
          return { ...(await this.ai.complete(request, signal)), attempt };
        });
        const { text, tokens, model, fee } = answered;
        // What an earlier attempt was answered stands in that attempt's line, and has been charged with it.
        if (answered.attempt === attempt) {
          llm.tokens += tokens;
          llm.model = model;
          // One fee a call: that of the dearest model it has asked.
          llm.fee = Math.max(llm.fee, fee);
        }
        return { text };
      },
      call: (request) => this.callFromStep(call, request),
    };
  }

  /** A step's call: another function of the same app, or one of an app that the caller has and this app may call. */
  private async callFromStep(call: RunningCall, { app_id, function: name, params }: Parameters<Verbs['call']>[0]): Promise<Json> {
    if (call.budget.left-- <= 0) throw new IrError('EXT_UNSTRUCTURED_ERROR', `one call may make ${NESTED_MAX} further calls at the most`);
    const ctx = withKeySuffix(call.ctx, `step ${++call.steps}`);
    const foreign = app_id !== undefined && app_id !== call.app.id;
    const app = foreign ? await this.apps.open(ctx, app_id) : call.app;
    if (foreign) mustBePermitted(call.app, app, name);
    if (call.path.includes(`${app.id}/${name}`)) throw new IrError('EXT_UNSTRUCTURED_ERROR', `'${name}' of '${app.id}' calls itself`);
    if (call.path.length > DEPTH_MAX) throw new IrError('EXT_UNSTRUCTURED_ERROR', `calls are nested deeper than ${DEPTH_MAX}`);
    const inner = { ...call, chain: call.chain ?? call.id, throughAnother: call.throughAnother || foreign, waits: true };
    const result = await this.performWithin(inner, ctx, app, name, params);
    if (result.status === 'error') throw new IrError(result.error_code as IrErrorCode, result.error ?? '');
    return result.data as Json;
  }
}

function checkSize(bytes: number): void {
  if (bytes > RESULT_BYTES_MAX) throw new IrError('EXT_UNSTRUCTURED_ERROR', 'the result is larger than 256 KiB: ask for less at a time');
}
