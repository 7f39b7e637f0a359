import { InvalidInput, Problem } from '@skep/contracts';
import {
  agent,
  ProviderNotRegistered,
  type RuntimeSettings,
  type SelectModel,
  type SelectProvider,
  type SetTenantRuntime,
  type UpdateRuntime,
} from '@skep/contracts/agent';
import { models, UnknownProviders } from '@skep/contracts/models';
import { Bus, type Ctx, Database, Handle, Handlers, Outbox } from '@skep/platform';
import { RuntimeRepository } from './runtime.repository.js';

/** A service acts for a user of the tenant. */
const NO_TENANT = () => InvalidInput([{ loc: ['tenant_id'], msg: 'Act for a user of the tenant', type: 'missing' }]);

@Handlers()
export class RuntimeHandlers {
  constructor(
    private readonly runtime: RuntimeRepository,
    private readonly bus: Bus,
    private readonly db: Database,
    private readonly outbox: Outbox,
  ) {}

  @Handle(agent.getRuntime)
  async getRuntime(ctx: Ctx): Promise<RuntimeSettings> {
    const [own, preferred] = await Promise.all([this.runtime.find(ctx), this.bus.call(models.getModelPreferences, ctx, {})]);
    return { ...own, ...preferred };
  }

  @Handle(agent.updateRuntime)
  async updateRuntime(ctx: Ctx, input: UpdateRuntime) {
    await this.runtime.update(ctx, input);
    return this.getRuntime(ctx);
  }

  @Handle(agent.getTenantRuntime)
  getTenantRuntime({ tenant }: Ctx) {
    return this.runtime.findOfTenant(tenant);
  }

  @Handle(agent.setTenantRuntime)
  async setTenantRuntime(ctx: Ctx, input: SetTenantRuntime) {
    const { tenant } = ctx;
    if (!tenant) throw NO_TENANT();
    return this.db.transaction(async () => {
      await this.runtime.setOfTenant(tenant, input);
      const set = await this.runtime.findOfTenant(tenant);
      const fields = (['settings', 'enforced'] as const).flatMap((part) => Object.keys(set[part]).map((field) => `${part}.${field}`));
      await this.outbox.add(agent.tenantDefaultChanged, ctx, { kind: 'runtime', id: tenant, act: 'set', fields });
      return set;
    });
  }

  @Handle(agent.selectProvider)
  async selectProvider(ctx: Ctx, { provider }: SelectProvider) {
    await this.bus.call(models.setDefaultProvider, ctx, { provider }).catch((error: unknown) => {
      const isUnknown = error instanceof Problem && error.body.code === UnknownProviders.code;
      throw isUnknown ? ProviderNotRegistered(`Provider '${provider}' not registered.`) : error;
    });
    return this.getRuntime(ctx);
  }

  @Handle(agent.selectModel)
  async selectModel(ctx: Ctx, { model }: SelectModel) {
    await this.bus.call(models.setDefaultModel, ctx, { model });
    return this.getRuntime(ctx);
  }
}
