import { type CheckIr, type IrCheckResult, kernel, permissionOf, type SmokeIr as SmokeInput } from '@skep/contracts';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { UnderWay } from '../call/under-way.js';
import { checkIr, type IrFault } from '../ir/check-ir.js';
import { permissionsOf } from '../ir/permissions.js';
import { SmokeIr } from './smoke-ir.js';

const placed = ({ loc, msg }: IrFault) => ({ path: loc.join('.'), message: msg });

@Handlers()
export class CheckHandlers {
  constructor(
    private readonly smoke: SmokeIr,
    private readonly underWay: UnderWay,
  ) {}

  @Handle(kernel.checkIr)
  async checkIr(ctx: Ctx, { app_id, ir: given }: CheckIr): Promise<IrCheckResult> {
    await this.underWay.turn(ctx);
    const { ir, errors, warnings, normalised } = checkIr(given, app_id);
    const app = ir?.app;
    const functions = app?.functions ?? [];
    return {
      faults: errors.map(placed),
      warnings: warnings.map(placed),
      normalised,
      ir: (ir as unknown as Record<string, unknown>) ?? null,
      version: app?.version ?? '',
      name: app?.title ?? '',
      description: app?.description ?? '',
      functions,
      panels: (app?.ui?.panels ?? []).map(({ panel_id, slot, title, icon }) => ({ panel_id, slot, title, icon })),
      permissions: app ? permissionsOf(app).map(permissionOf) : [],
      steps: functions.reduce((sum, { impl }) => sum + impl.steps.length, 0),
    };
  }

  @Handle(kernel.smokeIr)
  smokeIr(ctx: Ctx, input: SmokeInput) {
    return this.smoke.run(ctx, input);
  }
}
