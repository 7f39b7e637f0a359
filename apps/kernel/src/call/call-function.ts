import { Forbidden, type Problem } from '@skep/contracts';
import type { CallForAutomation, CallFunction as Input, CallResult, McpRound } from '@skep/contracts/kernel';
import { type Ctx, LOG, type Log, toProblem, withKeySuffix } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { Confirmations } from '../confirmation/confirmations.js';
import { affectsMoney } from '../confirmation/needs-confirmation.js';
import { newId } from '../id.js';
import { IrError, type IrErrorCode } from '../ir/ir-error.js';
import type { Json, JsonObject } from '../ir/ir.js';
import { ChangesRefused } from '../store/changes.js';
import { SkeletonRepository } from '../skeleton/skeleton.repository.js';
import { StartTask } from '../tasks/start-task.js';
import { AppResolver, type ResolvedApp } from './app-resolver.js';
import { type Admission, type Call, type CallParent, type FinishedCall, type ModelUsage, nameOfSection } from './call.js';
import { countFailedAttempts, recallResult } from './call-idempotency.js';
import { CallLimiter } from './call-limiter.js';
import { assertMayCall, authorize, needsUser, stepNeedsConfirmation } from './call-permission.js';
import { CallRecorder } from './call-recorder.js';
import { CallNotStarted, Charging, costOf } from './charging.js';
import { ExecuteCall, type NestedRequest } from './execute-call.js';
import { failureOf } from './failure.js';
import { findTarget, hasTarget } from './target.js';

const CALL_DEPTH_MAX = 6;
const NESTED_CALLS_MAX = 100;
/** The part of the deadline that is kept for recording the call and answering. */
const ANSWER_RESERVE_MS = 150;
const TIMEOUT_MAX_MS = 10 * 60_000;

/** Where a call comes from, and how it waits; by default one of the API, which does not. */
type PerformOptions = Partial<Pick<CallParent, 'waitsForSlot' | 'source' | 'round'>>;

/** Calls a function: resolve, confirm, authorize, admit, execute, commit, capture. A batch and a step take the same way. */
@Injectable()
export class CallFunction {
  constructor(
    private readonly apps: AppResolver,
    private readonly charging: Charging,
    private readonly executor: ExecuteCall,
    private readonly recorder: CallRecorder,
    private readonly limiter: CallLimiter,
    private readonly confirmations: Confirmations,
    private readonly tasks: StartTask,
    private readonly skeleton: SkeletonRepository,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /**
   * A failure of the function itself is a result with `status: "error"`.
   * @param round what an MCP client can be asked, and has answered
   * @throws Problem `forbidden`, `app_not_installed`, `app_suspended`, `app_disabled`, and those of `perform`.
   */
  async run(ctx: Ctx, input: Input, round?: McpRound): Promise<CallResult> {
    const app = await this.resolveApp(ctx, input);
    return this.askOrPerform(withKeySuffix(ctx, 'call'), app, input.function, input.params as JsonObject, { round });
  }

  /**
   * Performs one call of a resolved app, or asks for the confirmation that it needs.
   * @param options `waitsForSlot`: whether the call waits while its caller has too many calls running, rather than being refused
   * @throws Problem those of `perform`
   */
  askOrPerform(
    caller: Ctx,
    app: ResolvedApp,
    name: string,
    params: JsonObject,
    { waitsForSlot = false, round }: PerformOptions = {},
  ): Promise<CallResult> {
    const ctx = withAnswerReserve(caller);
    return this.limiter.limitCall(ctx, waitsForSlot, async () => {
      const pending = await this.confirmations.ask(ctx, app, name, params);
      return pending ?? this.perform(ctx, app, name, params, { waitsForSlot, round });
    });
  }

  /** Performs one call of a resolved app that its user has confirmed. @throws Problem those of `perform` */
  performConfirmed(caller: Ctx, app: ResolvedApp, name: string, params: JsonObject): Promise<CallResult> {
    const ctx = withAnswerReserve(caller);
    return this.limiter.limitCall(ctx, true, () => this.perform(ctx, app, name, params, { waitsForSlot: true }));
  }

  /**
   * Performs a call of an automation, which its user made: no one is asked. It may not change what they pay.
   * @throws Problem as `run`
   */
  async performForAutomation(caller: Ctx, { app_id, function: name, params }: CallForAutomation): Promise<CallResult> {
    const app = await this.apps.resolve(caller, app_id);
    const fn = app.functions.get(name);
    if (fn && affectsMoney(fn)) return failureOf(needsUser(app_id, name));
    const ctx = withKeySuffix(withAnswerReserve(caller), 'call');
    return this.limiter.limitCall(ctx, true, () =>
      this.perform(ctx, app, name, params as JsonObject, { waitsForSlot: true, source: 'automation' }),
    );
  }

  /**
   * Performs a call of a webhook, in a resolved app that has its function. No one is asked, and the calls of each app's webhooks have a limit of their own.
   * @throws Problem as `run`
   */
  performWebhook(caller: Ctx, app: ResolvedApp, name: string, params: JsonObject): Promise<CallResult> {
    const ctx = withKeySuffix(withAnswerReserve(caller), 'call');
    const perform = () => this.perform(ctx, app, name, params, { source: 'webhook' });
    return this.limiter.limitCall({ ...ctx, user: `${ctx.user} ${app.id}` }, false, perform);
  }

  /**
   * Makes a section of the app's skeleton for a user. The calls of it have a limit of their own: an app that reads it waits for them in a call.
   * @throws Problem as `run`
   */
  performSkeleton(caller: Ctx, app: ResolvedApp, section: string): Promise<CallResult> {
    const ctx = withKeySuffix(withAnswerReserve(caller), 'skeleton');
    const options = { waitsForSlot: true, source: 'skeleton' as const };
    return this.limiter.limitCall({ ...ctx, user: `${ctx.user} skeleton` }, true, () =>
      this.perform(ctx, app, nameOfSection(section), {}, options),
    );
  }

  /** Runs the call of a task, which its run limits. @param signal aborts when the task is to stop. @throws Problem as `run` */
  async runTask(ctx: Ctx, app_id: string, name: string, params: JsonObject, signal: AbortSignal): Promise<CallResult> {
    return this.runOnce(outermost(signal, { waitsForSlot: true }), ctx, await this.apps.resolve(ctx, app_id), name, params);
  }

  /** The app that a caller asks for on their own behalf. @throws Problem `forbidden`, `app_not_installed`, `app_suspended`, `app_disabled`. */
  async resolveApp(ctx: Ctx, { app_id, user_id, tenant_id }: Pick<Input, 'app_id' | 'user_id' | 'tenant_id'>): Promise<ResolvedApp> {
    if (user_id !== ctx.user || (tenant_id !== ctx.tenant && tenant_id !== 'default'))
      throw Forbidden('user_id and tenant_id must be those of the caller: you may only call functions for yourself.');
    return this.apps.resolve(ctx, app_id);
  }

  /**
   * Performs a call that has a slot, and needs no confirmation or has it: a function that is marked so becomes a task, and any other runs within the
   * deadline. A call with invalid params is refused at once.
   * @throws Problem `insufficient_credits`, `usage_limit_reached`, `too_many_requests`, `unavailable`: then nothing was done.
   */
  private async perform(ctx: Ctx, app: ResolvedApp, name: string, params: JsonObject, options: PerformOptions): Promise<CallResult> {
    const timeout_ms = app.taskTimeouts.get(name);
    if (timeout_ms !== undefined && hasTarget({ app, name, params }))
      return this.tasks.run(ctx, { app_id: app.id, function: name, params, timeout_ms });
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), Math.min(ctx.deadline - Date.now(), TIMEOUT_MAX_MS));
    try {
      return await this.runOnce(outermost(stop.signal, options), ctx, app, name, params);
    } finally {
      clearTimeout(timer);
    }
  }

  /** The life of a call whose app is resolved, from its start to its charge. Under an Idempotency-Key, a finished call is not run again. */
  private async runOnce(parent: CallParent, ctx: Ctx, app: ResolvedApp, name: string, params: JsonObject): Promise<CallResult> {
    const recalled = recallResult(ctx);
    if (recalled) return recalled;
    const { chainId, callPath, calledByOtherApp, signal, nestedCalls, waitsForSlot, source, round } = parent;
    const id = newId('act');
    const finished = await this.commit(
      await this.attempt({
        ...{ id, ctx: { ...ctx, cause: id }, causeId: ctx.cause, attempt: countFailedAttempts(ctx), app, name, params },
        startedAt: performance.now(),
        ...{ chainId, callPath: [...callPath, `${app.id}/${name}`], calledByOtherApp, signal, nestedCalls, waitsForSlot, source, round },
      }),
    );
    return finished.result;
  }

  /** Records a call with its changes, and charges it. One whose changes are refused has failed. */
  private async commit(finished: FinishedCall): Promise<FinishedCall> {
    const cost = costOf(finished);
    try {
      await this.recorder.commit(finished, cost);
    } catch (error) {
      if (error instanceof ChangesRefused) return this.commit(failedWith(finished, error.cause));
      await this.charging.releaseUnrecorded(finished, error);
      throw error;
    }
    await this.charging.capture(finished, cost);
    await this.expireSkeleton(finished);
    return finished;
  }

  /** What an app knows of a user in short is out of date when a call has changed something. */
  private async expireSkeleton({ call: { ctx, app, name }, result }: FinishedCall): Promise<void> {
    const fn = app.functions.get(name);
    if (!app.skeleton.size || !fn || fn.action_type === 'read' || result.status !== 'success') return;
    await this.skeleton
      .expire({ tenant_id: ctx.tenant, user_id: ctx.user, app_id: app.id })
      .catch((error: unknown) => this.log.warn({ error, app: app.id }, 'sections of a skeleton stay until their time is over'));
  }

  /** Authorizes, admits and executes a call. @throws Problem if the call could not start; any other failure is a result. */
  private async attempt(call: Call): Promise<FinishedCall> {
    const usage: ModelUsage = { calls: 0, tokens: 0, provider: null, model: null, fee: 0, token_fee: 0 };
    let admission: Admission = {};
    try {
      await this.limiter.waitForTurn(call.ctx);
      const target = findTarget(call);
      authorize(call, target);
      admission = await this.charging.admit(call, target);
      const {
        data,
        ui = null,
        summary = null,
        messages = [],
        data_format,
        changes,
      } = await this.executor.run(call, target, usage, (ctx, request) => this.callFromStep(call, ctx, request));
      return {
        call,
        admission,
        usage,
        result: { status: 'success', data, summary, error: null, ui, ...(data_format && { data_format }) },
        messages,
        ...(changes && { changes }),
      };
    } catch (error) {
      if (error instanceof CallNotStarted) throw error.problem;
      const result = failureOf(error instanceof IrError ? error : toProblem(error, call.ctx, this.log));
      return { call, admission, usage, result, messages: [] };
    }
  }

  /** A step's call: another function of the same app, or one of an app that the user has installed and this app may call. */
  private async callFromStep(call: Call, ctx: Ctx, { app_id, function: name, params }: NestedRequest): Promise<Json> {
    if (call.nestedCalls.left-- <= 0)
      throw new IrError('EXT_UNSTRUCTURED_ERROR', `a call may make at most ${NESTED_CALLS_MAX} nested calls`);
    const foreign = app_id !== undefined && app_id !== call.app.id;
    const app = foreign ? await this.apps.resolve(ctx, app_id) : call.app;
    if (foreign) assertMayCall(call.app, app, name);
    if (call.source !== 'webhook' && (await this.confirmations.exceeds(ctx, { app, name }, call)))
      throw stepNeedsConfirmation(app.id, name);
    if (call.callPath.includes(`${app.id}/${name}`)) throw new IrError('EXT_UNSTRUCTURED_ERROR', `'${name}' of '${app.id}' calls itself`);
    if (call.callPath.length > CALL_DEPTH_MAX)
      throw new IrError('EXT_UNSTRUCTURED_ERROR', `calls are nested more than ${CALL_DEPTH_MAX} levels deep`);
    const parent = {
      ...call,
      chainId: call.chainId ?? call.id,
      calledByOtherApp: call.calledByOtherApp || foreign,
      waitsForSlot: true,
      // What the client answers is for the function that it calls.
      round: undefined,
    };
    const result = await this.runOnce(parent, ctx, app, name, params);
    if (result.status === 'error') throw new IrError(result.error_code as IrErrorCode, result.error ?? '');
    return result.data as Json;
  }
}

/** The same call as a failure, which changes nothing and says nothing. */
function failedWith({ changes: _, ...finished }: FinishedCall, error: IrError | Problem): FinishedCall {
  return { ...finished, result: failureOf(error), messages: [] };
}

/** The parent of a call from outside. */
const outermost = (signal: AbortSignal, { waitsForSlot = false, source = 'api', round }: PerformOptions): CallParent => ({
  ...{ chainId: null, callPath: [], calledByOtherApp: false },
  ...{ signal, waitsForSlot, source, round, nestedCalls: { left: NESTED_CALLS_MAX } },
});

/** The same caller with a deadline that leaves time to answer. */
const withAnswerReserve = (ctx: Ctx): Ctx => ({ ...ctx, deadline: ctx.deadline - ANSWER_RESERVE_MS });
