import { Problem } from '@skep/contracts';
import { type Ctx, LOG, type Log, toProblem, withKeySuffix } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { CodeRunner } from '../code/code-runner.js';
import { outcomeOf } from '../code/failure-of-code.js';
import type { Answer } from '../code/messages.js';
import { CodeRequests } from '../code/requests.js';
import { IrError } from '../ir/ir-error.js';
import { type ActionVerb, type CodeImpl, type IrFunction, type Json, type JsonObject } from '../ir/ir.js';
import { Meter } from '../ir/meter.js';
import { assertPermitted, performVerb } from '../ir/run-function.js';
import type { Verbs } from '../ir/verbs.js';
import { AppLogs } from '../logs/app-logs.js';
import type { CodeCall } from './call.js';
import { failureOf } from './failure.js';

const ANSWERED_BYTES_MAX = 4 * 1024 * 1024;
const TOO_MUCH_READ = `the function got more than ${ANSWERED_BYTES_MAX / 1024 / 1024} MiB from ctx`;
/** The verbs of steps that `ctx` has. What a client is asked to do is in the result of code. */
const VERBS: readonly string[] = ['store.create', 'store.get', 'store.list', 'store.update', 'store.delete', 'ai.complete', 'call'];

/** What code may ask for where it may not ask for everything. */
export interface Allowed {
  methods: readonly string[];
  /** The rule, for its author. */
  because: string;
}

export type CodeFunction = IrFunction & { impl: CodeImpl };

/** Whether a module of the app runs the function. */
export const isCode = (fn: IrFunction): fn is CodeFunction => fn.impl.kind === 'code';

/** Runs code of an app for a call. All that the code asks for is done here, with the permissions of the app and in the name of the caller. */
@Injectable()
export class CallCode {
  constructor(
    private readonly runner: CodeRunner,
    private readonly requests: CodeRequests,
    private readonly logs: AppLogs,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /**
   * @param verbsFor makes the verbs for one request, whose context has its key
   * @param allowed left out: everything
   * @throws IrError that the code threw, or for a limit; Problem
   */
  async run(
    call: CodeCall,
    { module, entry }: CodeImpl,
    params: JsonObject,
    verbsFor: (ctx: Ctx) => Verbs,
    allowed?: Allowed,
  ): Promise<Json> {
    const { app, ctx, id, signal } = call;
    const received = new Meter(ANSWERED_BYTES_MAX, () => new IrError('EXT_UNSTRUCTURED_ERROR', TOO_MUCH_READ));
    const pending: Promise<Answer>[] = [];
    const logged: string[] = [];
    const answer = (request: number, method: string, json: string) => {
      const answered = this.toAnswer(ctx, async () => {
        assertAllowed(method, allowed);
        const result = await this.perform(call, request, method, JSON.parse(json) as JsonObject, verbsFor);
        received.spendOn(result);
        return result;
      });
      pending.push(answered);
      return answered;
    };
    const facts = { app: { id: app.id, version: app.version }, user: { id: ctx.user }, call_id: id };
    const timeLeftMs = Math.max(0, ctx.deadline - Date.now());
    const run = {
      ...{ modules: app.modules, module, entry, params: JSON.stringify(params), facts, signal, timeLeftMs, answer },
      log: (line: string) => void logged.push(line),
    };
    try {
      const { outcome } = await this.runner.run(app.id, run, timeLeftMs).catch((error: unknown) => {
        throw signal.aborted ? new IrError('BACKEND_TIMEOUT', 'the function did not finish in time') : error;
      });
      return outcomeOf(outcome, app.modules);
    } finally {
      // What the code did not wait for belongs to the call as well.
      await Promise.all(pending);
      await this.logs.note(call, logged);
    }
  }

  /** The result of a request for the code, or an error that it can catch. */
  private async toAnswer(ctx: Ctx, work: () => Promise<Json>): Promise<Answer> {
    try {
      return { ok: true, json: JSON.stringify(await work()) };
    } catch (error) {
      const known = error instanceof IrError || error instanceof Problem ? error : toProblem(error, ctx, this.log);
      const { error_code: code, error: message } = failureOf(known);
      return { ok: false, json: JSON.stringify({ code, message }) };
    }
  }

  /** The key of a request has its place and its input: code that does something else when it is repeated does it under another key. */
  private perform(call: CodeCall, request: number, method: string, args: JsonObject, verbsFor: (ctx: Ctx) => Verbs): Promise<Json> {
    const hash = createHash('sha256').update(JSON.stringify(args)).digest('base64url').slice(0, 16);
    const ctx = withKeySuffix(call.ctx, `request ${request} ${method} ${hash}`);
    if (!VERBS.includes(method)) return this.requests.perform(call, ctx, method, args);
    const verb = method as ActionVerb;
    assertPermitted(verb, call.app.permissions);
    return performVerb(verb, args, verbsFor(ctx));
  }
}

/** @throws IrError `PERMISSION_DENIED` */
export function assertAllowed(method: string, allowed?: Allowed): void {
  if (allowed && !allowed.methods.includes(method))
    throw new IrError('PERMISSION_DENIED', `${method}: ${allowed.because}: use one of ${allowed.methods.join(', ')}`);
}
