import { auth, holdsScope, type Principal } from '@skep/contracts/auth';
import { kernel } from '@skep/contracts/kernel';
import { Bus, type Ctx, newCtx, type Step } from '@skep/platform';
import { Injectable } from '@nestjs/common';

const CALL_MS = 100_000;

/** Calls functions for people who are not there, with what they may do at the time. */
@Injectable()
export class CallFunction {
  constructor(private readonly bus: Bus) {}

  /** The context of a step, as its person has it now. @throws Problem `user_not_found` */
  async actAs({ ctx }: Step): Promise<Ctx> {
    const { email, role, scopes } = await this.describe(ctx);
    return { ...ctx, email, role, scopes };
  }

  /** Once for each step. Undefined if the person may no longer call functions. @throws Problem as the kernel does, `user_not_found` */
  async call(step: Step, app_id: string, name: string, params: Record<string, unknown>) {
    const ctx = await this.actAs(step);
    if (!holdsScope(ctx.scopes, 'extensions:call')) return undefined;
    const asStep = { ...ctx, idempotencyKey: step.key, deadline: Date.now() + CALL_MS };
    return this.bus.call(kernel.callForAutomation, asStep, { app_id, function: name, params });
  }

  private describe({ tenant: tenant_id, user: user_id, trace }: Ctx): Promise<Principal> {
    return this.bus.call(auth.describeUser, newCtx({ actor: 'service:automation', trace }), { tenant_id, user_id });
  }
}

export const MAY_NOT_CALL = 'You may no longer call functions: this requires the scope "extensions:call".';
