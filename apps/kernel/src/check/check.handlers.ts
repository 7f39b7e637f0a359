import { permissionOf } from '@skep/contracts/builtins';
import { type CheckIr, type IrCheckResult, irFault, kernel, type SmokeIr as SmokeIrInput } from '@skep/contracts/kernel';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { CallLimiter } from '../call/call-limiter.js';
import { checkIr } from '../ir/check-ir.js';
import { stepsOf } from '../ir/ir.js';
import type { IrFault } from '../ir/ir-fault.js';
import { isWebhookFunction } from '../ir/names.js';
import { permissionsOf } from '../ir/permissions.js';
import { SmokeIr } from './smoke-ir.js';

const toWireFault = ({ code, loc, msg }: IrFault) => irFault(code, loc, msg);

@Handlers()
export class CheckHandlers {
  constructor(
    private readonly smokeRuns: SmokeIr,
    private readonly limiter: CallLimiter,
  ) {}

  @Handle(kernel.checkIr)
  async checkIr(ctx: Ctx, { app_id, ir: input }: CheckIr): Promise<IrCheckResult> {
    await this.limiter.waitForTurn(ctx);
    const { ir, errors, warnings, normalised } = checkIr(input, app_id);
    const app = ir?.app;
    const functions = app?.functions ?? [];
    return {
      faults: errors.map(toWireFault),
      warnings: warnings.map(toWireFault),
      normalised,
      ir: (ir as unknown as Record<string, unknown>) ?? null,
      version: app?.version ?? '',
      name: app?.title ?? '',
      description: app?.description ?? '',
      functions: functions.filter(({ name }) => !isWebhookFunction(name)),
      panels: (app?.ui?.panels ?? []).map(({ panel_id, slot, title, icon }) => ({ panel_id, slot, title, icon })),
      permissions: app ? permissionsOf(app).map(permissionOf) : [],
      steps: functions.reduce((sum, { impl }) => sum + stepsOf(impl).length, 0),
    };
  }

  @Handle(kernel.smokeIr)
  smokeIr(ctx: Ctx, input: SmokeIrInput) {
    return this.smokeRuns.run(ctx, input);
  }
}
