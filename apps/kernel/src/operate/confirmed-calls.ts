import { Conflict, IdempotencyInProgress } from '@skep/contracts';
import { auth } from '@skep/contracts/auth';
import { type CallResult, type Confirmation, ConfirmationClosed, kernel } from '@skep/contracts/kernel';
import { Bus, type Ctx, currentLease, Database, LOG, type Log, newCtx, toProblem, traceparentOf, withKeySuffix } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { CallFunction } from '../call/call-function.js';
import { failureOf } from '../call/failure.js';
import { ConfirmationView } from '../confirmation/confirmation-view.js';
import type { ConfirmationEntity } from '../confirmation/confirmation.entity.js';
import { ConfirmationRepository } from '../confirmation/confirmation.repository.js';
import { hashOf } from '../confirmation/confirmations.js';
import type { JsonObject } from '../ir/ir.js';

/** How long a run waits for the call that it finishes. */
const FINISH_TIMEOUT_MS = 100_000;

/**
 * Runs confirmed calls: once, however often and by how many they are asked for, and also if the process dies. Each is an operation under an idempotency key that is
 * the confirmation's id, so those who ask at the same time wait for the same call, and one that was interrupted continues where it stopped.
 */
@Injectable()
export class ConfirmedCalls {
  constructor(
    private readonly db: Database,
    private readonly bus: Bus,
    private readonly confirmations: ConfirmationRepository,
    private readonly view: ConfirmationView,
    private readonly callFunction: CallFunction,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** Confirms a call and waits for its result. @throws Problem `confirmation_not_found`, `confirmation_closed` */
  async confirm(ctx: Ctx, id: string): Promise<Confirmation> {
    await this.runOnce(ctx, await this.confirmations.confirm(ctx, id));
    return this.view.of(await this.confirmations.find(ctx, id));
  }

  /** Continues a confirmed call that may have been interrupted. @param isLast whether a further failure ends it */
  async finish(ctx: Ctx, id: string, isLast: boolean): Promise<void> {
    const confirmation = await this.confirmations.find(ctx, id);
    if (confirmation.result !== null) return;
    const { tenant: tenant_id, user: user_id } = ctx;
    const late = { ...ctx, deadline: Math.min(ctx.deadline, Date.now() + FINISH_TIMEOUT_MS) };
    try {
      const asService = newCtx({ actor: 'service:kernel', deadline: late.deadline, trace: ctx.trace });
      const { email, role, scopes } = await this.bus.call(auth.describeUser, asService, { tenant_id, user_id });
      await this.runOnce({ ...late, email, role, scopes }, confirmation);
    } catch (error) {
      const problem = toProblem(error, ctx, this.log);
      if (isTemporary(problem.body) && !isLast) throw problem;
      await this.confirmations.finish(confirmation, failureOf(problem));
    }
  }

  /** Runs a confirmed call, under the key of its confirmation. @throws Problem `confirmation_not_found`, `confirmation_closed` */
  async run(ctx: Ctx, id: string): Promise<void> {
    const confirmation = await this.confirmations.find(ctx, id);
    if (confirmation.status !== 'confirmed') throw ConfirmationClosed();
    if (confirmation.result !== null) return;
    const result = await this.call(ctx, confirmation);
    await this.db.transaction(async () => {
      // Throws if another process took over the call: its result counts.
      await currentLease()?.recordPart('finished', true);
      await this.confirmations.finish(confirmation, result);
    });
  }

  private runOnce(ctx: Ctx, { id: confirmation_id, trace_id }: ConfirmationEntity): Promise<object> {
    // The call continues the trace of the one that waited.
    const trace = trace_id === null ? ctx.trace : traceparentOf(trace_id);
    // One key for all who may confirm: the user, and a service that acts for them.
    const asking = { ...ctx, actor: 'user', idempotencyKey: confirmation_id, trace, cause: confirmation_id };
    return this.bus.call(kernel.runConfirmedCall, asking, { confirmation_id });
  }

  private async call(ctx: Ctx, { app_id, revision, function: name, params, params_hash }: ConfirmationEntity): Promise<CallResult> {
    try {
      if (hashOf(params) !== params_hash) throw Conflict('The stored params are not those that were shown.');
      const app = await this.callFunction.resolveApp(ctx, { app_id, user_id: ctx.user, tenant_id: ctx.tenant });
      if (app.revision !== revision) throw Conflict(`'${app_id}' was updated after this call was shown. Call it again.`);
      return await this.callFunction.performConfirmed(withKeySuffix(ctx, 'call'), app, name, JSON.parse(params) as JsonObject);
    } catch (error) {
      const problem = toProblem(error, ctx, this.log);
      if (isTemporary(problem.body)) throw problem;
      return failureOf(problem);
    }
  }
}

/** Whether the same call may continue later. Any other refusal is its result. */
const isTemporary = ({ status, code }: { status: number; code: string }) => status >= 500 || code === IdempotencyInProgress.code;
