import { Forbidden, Problem, TooManyRequests } from '@skep/contracts';
import { holdsScope } from '@skep/contracts/auth';
import type { BuiltinFunction } from '@skep/contracts/builtins';
import { type CallFunction as Input, type CallResult, kernel } from '@skep/contracts/kernel';
import { Bus, type Ctx, Database, LOG, type Log, toProblem, withKeySuffix } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { LanguageModel } from '../ai/language-model.js';
import { newId } from '../id.js';
import { IrError, type IrErrorCode } from '../ir/ir-error.js';
import type { IrFunction, Json, JsonObject } from '../ir/ir.js';
import { renderPanel } from '../ir/panel.js';
import { parseParams } from '../ir/params.js';
import { runFunction } from '../ir/run-function.js';
import { createContext } from '../ir/template.js';
import type { Verbs } from '../ir/verbs.js';
import { DocumentRepository } from '../store/document.repository.js';
import { StorageLimits } from '../store/storage-limits.js';
import { AppResolver, type ResolvedApp } from './app-resolver.js';
import { type CallExecution, panelIdOf } from './call-execution.js';
import { countFailedAttempts, createIdempotentStore, recallResult, runStepOnce } from './call-idempotency.js';
import { CallLimiter } from './call-limiter.js';
import { assertMayCall } from './call-permission.js';
import { CallRecorder } from './call-recorder.js';
import { CallNotStarted, Charging } from './charging.js';
import { failureOf } from './failure.js';
import { summaryOf } from './summary.js';

const CALL_DEPTH_MAX = 6;
const NESTED_CALLS_MAX = 100;
const RESULT_BYTES_MAX = 256 * 1024;
/** The part of the deadline that is kept for recording the call and answering. */
const ANSWER_RESERVE_MS = 150;
const TIMEOUT_MAX_MS = 10 * 60_000;

type Success = Pick<CallResult, 'data'> & Partial<Pick<CallResult, 'ui' | 'summary'>> & { messages?: JsonObject[] };
type ParentCall = Pick<CallExecution, 'chainId' | 'callPath' | 'calledByOtherApp' | 'signal' | 'nestedCalls' | 'waitsForSlot'>;

/** Calls a function: resolves it, validates its params, runs it, records the call and answers. */
@Injectable()
export class CallFunction {
  constructor(
    private readonly apps: AppResolver,
    private readonly bus: Bus,
    private readonly db: Database,
    private readonly documents: DocumentRepository,
    private readonly storageLimits: StorageLimits,
    private readonly languageModel: LanguageModel,
    private readonly recorder: CallRecorder,
    private readonly charging: Charging,
    private readonly limiter: CallLimiter,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /**
   * A failure of the function itself is a result with `status: "error"`.
   * @throws Problem `forbidden`, `app_not_installed`, `app_suspended`, `app_disabled`, and those of `execute`.
   */
  async run(ctx: Ctx, input: Input): Promise<CallResult> {
    const app = await this.resolveApp(ctx, input);
    return this.execute(withKeySuffix(ctx, 'call'), app, input.function, input.params as JsonObject);
  }

  /** The app that a caller asks for on their own behalf. @throws Problem `forbidden`, `app_not_installed`, `app_suspended`, `app_disabled`. */
  async resolveApp(ctx: Ctx, { app_id, user_id, tenant_id }: Pick<Input, 'app_id' | 'user_id' | 'tenant_id'>): Promise<ResolvedApp> {
    if (user_id !== ctx.user || (tenant_id !== ctx.tenant && tenant_id !== 'default'))
      throw Forbidden('user_id and tenant_id must be those of the caller: you may only call functions for yourself.');
    return this.apps.resolve(ctx, app_id);
  }

  /**
   * Runs one call within its deadline.
   * @param waitsForSlot whether the call waits while its caller has too many calls running, rather than being refused
   * @throws Problem `insufficient_credits`, `usage_limit_reached`, `too_many_requests`, `unavailable`: then nothing was done.
   */
  execute(caller: Ctx, app: ResolvedApp, name: string, params: JsonObject, waitsForSlot = false): Promise<CallResult> {
    const ctx = { ...caller, deadline: caller.deadline - ANSWER_RESERVE_MS };
    return this.limiter.limitCall(ctx, waitsForSlot, async () => {
      const stop = new AbortController();
      const timer = setTimeout(() => stop.abort(), Math.min(ctx.deadline - Date.now(), TIMEOUT_MAX_MS));
      try {
        const root: ParentCall = {
          chainId: null,
          callPath: [],
          calledByOtherApp: false,
          signal: stop.signal,
          nestedCalls: { left: NESTED_CALLS_MAX },
          waitsForSlot,
        };
        return await this.executeNested(root, ctx, app, name, params);
      } finally {
        clearTimeout(timer);
      }
    });
  }

  private async executeNested(parent: ParentCall, ctx: Ctx, app: ResolvedApp, name: string, params: JsonObject): Promise<CallResult> {
    const recalled = recallResult({ ctx });
    if (recalled) return recalled;
    const { chainId, callPath, calledByOtherApp, signal, nestedCalls, waitsForSlot } = parent;
    const call: CallExecution = {
      ...{ id: newId('act'), ctx, attempt: countFailedAttempts({ ctx }), app, name, params },
      ...{ chainId, calledByOtherApp, signal, nestedCalls, waitsForSlot, steps: 0 },
      callPath: [...callPath, `${app.id}/${name}`],
      startedAt: performance.now(),
      llm: { calls: 0, tokens: 0, model: null, fee: 0 },
    };
    const { messages = [], ...result } = await this.runToResult(call);
    await this.recorder.record(call, result, messages);
    return result;
  }

  /** @throws Problem if the call could not start; any other failure is a result. */
  private async runToResult(call: CallExecution): Promise<CallResult & Pick<Success, 'messages'>> {
    try {
      await this.limiter.waitForTurn(call.ctx);
      const { data, ui = null, summary = null, messages } = await this.dispatch(call);
      return { status: 'success', data, summary, error: null, ui, messages };
    } catch (error) {
      if (error instanceof CallNotStarted) throw error.problem;
      return failureOf(error instanceof IrError ? error : toProblem(error, call.ctx, this.log));
    }
  }

  private dispatch(call: CallExecution): Promise<Success> | Success {
    const { app, name } = call;
    if (app.loadError) throw new IrError('EXT_UNSTRUCTURED_ERROR', app.loadError);
    const panelId = panelIdOf(name);
    if (panelId !== undefined) return this.showPanel(call, panelId);
    const fn = app.functions.get(name);
    if (!fn) throw new IrError('UNKNOWN_SUB_FUNCTION', `'${app.id}' has no function '${name}'`);
    return 'operation' in fn ? this.runOperation(call, fn) : this.runSteps(call, fn);
  }

  private async runOperation(call: CallExecution, { operation, summary }: BuiltinFunction): Promise<Success> {
    if (!holdsScope(call.ctx.scopes, operation.scope))
      throw new IrError('PERMISSION_DENIED', `this requires the scope "${operation.scope}"`);
    const forward = () => this.bus.forward(operation, call.ctx, JSON.stringify(call.params));
    const { bytes } = await (operation === kernel.smokeIr ? this.limitSmokeRun(call, forward) : forward());
    assertResultSize(bytes.length);
    const data = JSON.parse(Buffer.from(bytes).toString()) as Record<string, unknown>;
    return { data, summary: typeof summary === 'string' ? summary : summary(data) };
  }

  private limitSmokeRun<T>({ ctx, waitsForSlot }: CallExecution, work: () => Promise<T>): Promise<T> {
    return this.limiter.limitSmokeRun(ctx, waitsForSlot, work).catch((error: unknown) => {
      throw error instanceof Problem && error.body.code === TooManyRequests.code ? new CallNotStarted(error) : error;
    });
  }

  private async runSteps(call: CallExecution, fn: IrFunction): Promise<Success> {
    const event = parseParams(fn, call.params);
    await this.charging.admit(call, fn);
    const result = await runFunction(fn, event, this.createVerbs(call), {
      signal: call.signal,
      permissions: call.app.permissions,
      betweenSteps: () => this.limiter.waitForTurn(call.ctx),
    });
    const { steps, prev, directives } = result;
    // `prev` and the directives only repeat results of steps.
    assertResultSize(Buffer.byteLength(JSON.stringify(steps)));
    const messages = directives.filter(({ action }) => action === 'send');
    return { data: { steps, prev, ...(directives.length && { directives }) }, summary: summaryOf(result), messages };
  }

  private showPanel({ app, params }: CallExecution, panel_id: string): Success {
    const panel = app.panels.get(panel_id);
    if (!panel) throw new IrError('UNKNOWN_SUB_FUNCTION', `'${app.id}' has no panel '${panel_id}'`);
    const { kind, tree } = panel.render;
    const ui = kind === 'static' ? tree : renderPanel(tree, { ...createContext(params), prev: null });
    return { data: { ui, panel_id }, ui, summary: panel.title };
  }

  private createVerbs(call: CallExecution): Verbs {
    const { ctx, app, attempt, llm, signal } = call;
    const owner = { tenant_id: ctx.tenant, user_id: ctx.user, app_id: app.id };
    return {
      store: createIdempotentStore(
        call,
        this.documents.storeFor(owner, () => this.storageLimits.getLimit(ctx)),
        this.db,
      ),
      aiComplete: async (request) => {
        const completion = await runStepOnce(call, 'ai.complete', async () => {
          llm.calls++;
          return { ...(await this.languageModel.complete(request, signal)), attempt };
        });
        const { text, tokens, model, fee } = completion;
        // A completion of an earlier attempt is in that attempt's action and was charged with it.
        if (completion.attempt === attempt) {
          llm.tokens += tokens;
          llm.model = model;
          // A call pays one fee: that of the most expensive model that it used.
          llm.fee = Math.max(llm.fee, fee);
        }
        return { text };
      },
      call: (request) => this.callFromStep(call, request),
    };
  }

  /** A step's call: another function of the same app, or one of an app that the user has installed and this app may call. */
  private async callFromStep(call: CallExecution, { app_id, function: name, params }: Parameters<Verbs['call']>[0]): Promise<Json> {
    if (call.nestedCalls.left-- <= 0)
      throw new IrError('EXT_UNSTRUCTURED_ERROR', `a call may make at most ${NESTED_CALLS_MAX} nested calls`);
    const ctx = withKeySuffix(call.ctx, `step ${++call.steps}`);
    const foreign = app_id !== undefined && app_id !== call.app.id;
    const app = foreign ? await this.apps.resolve(ctx, app_id) : call.app;
    if (foreign) assertMayCall(call.app, app, name);
    if (call.callPath.includes(`${app.id}/${name}`)) throw new IrError('EXT_UNSTRUCTURED_ERROR', `'${name}' of '${app.id}' calls itself`);
    if (call.callPath.length > CALL_DEPTH_MAX)
      throw new IrError('EXT_UNSTRUCTURED_ERROR', `calls are nested more than ${CALL_DEPTH_MAX} levels deep`);
    const parent = {
      ...call,
      chainId: call.chainId ?? call.id,
      calledByOtherApp: call.calledByOtherApp || foreign,
      waitsForSlot: true,
    };
    const result = await this.executeNested(parent, ctx, app, name, params);
    if (result.status === 'error') throw new IrError(result.error_code as IrErrorCode, result.error ?? '');
    return result.data as Json;
  }
}

function assertResultSize(bytes: number): void {
  if (bytes > RESULT_BYTES_MAX) throw new IrError('EXT_UNSTRUCTURED_ERROR', 'the result is larger than 256 KiB: ask for less at a time');
}
