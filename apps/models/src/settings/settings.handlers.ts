import { InvalidInput } from '@skep/contracts';
import { type ModelSettings, type ModelSettingsRef, models, type ModelUserRef, type UpdateModelSettings } from '@skep/contracts/models';
import { Bus, type Ctx, Database, Handle, Handlers, Outbox, tenantOf } from '@skep/platform';
import { changedPaths } from './changed-paths.js';
import { maskKeys, readConfig, type SettingsDocument, unmaskKeys } from './model-config.js';
import { type SettingsOwner, SettingsRepository } from './settings.repository.js';

@Handlers()
export class SettingsHandlers {
  constructor(
    private readonly bus: Bus,
    private readonly settings: SettingsRepository,
    private readonly db: Database,
    private readonly outbox: Outbox,
  ) {}

  @Handle(models.getModelSettings)
  async getModelSettings(ctx: Ctx, input: ModelSettingsRef): Promise<ModelSettings> {
    const owner = ownerOf(ctx, input);
    return describe(owner, await this.settings.find(owner));
  }

  @Handle(models.updateModelSettings)
  async updateModelSettings(ctx: Ctx, input: UpdateModelSettings): Promise<ModelSettings> {
    const owner = ownerOf(ctx, input);
    const before = await this.settings.find(owner);
    const given = unmaskKeys(input, before);
    const document: SettingsDocument = {
      config: given.config ?? before.config,
      enforced: given.enforced ?? before.enforced,
      role_defaults: given.role_defaults ?? before.role_defaults,
    };
    assertReadable(document);
    await this.save(ctx, owner, before, document, input.updated_by ?? (ctx.user || null));
    this.bus.broadcast(models.modelSettingsChanged, { tenant_id: owner.tenant_id });
    return describe(owner, document);
  }

  @Handle(models.invalidateModelSettings)
  invalidateModelSettings(ctx: Ctx, { user_id }: ModelUserRef) {
    this.bus.broadcast(models.modelSettingsChanged, { tenant_id: ctx.tenant });
    return { user_id, invalidated: true };
  }

  /** The event is for the audit log. It has no values: some are keys. */
  private save(
    ctx: Ctx,
    owner: SettingsOwner,
    before: SettingsDocument,
    after: SettingsDocument,
    updated_by: string | null,
  ): Promise<void> {
    const { scope, scope_id } = placeOf(owner);
    const paths = changedPaths(before, after);
    return this.db.transaction(async () => {
      await this.settings.save(owner, after, updated_by);
      if (paths.length)
        await this.outbox.add(models.modelSettingsSet, { ...ctx, tenant: owner.tenant_id }, { scope, scope_id, paths, updated_by });
    });
  }
}

/** @throws Problem `invalid_input` for a user without a tenant */
function ownerOf(ctx: Ctx, input: ModelSettingsRef): SettingsOwner {
  const [tenant_id, user_id = ''] = [tenantOf(ctx, input), input.user_id];
  if (user_id && !tenant_id) throw InvalidInput([{ loc: ['tenant_id'], msg: 'Name the tenant of the user', type: 'missing' }]);
  return { tenant_id, user_id };
}

/** @throws Problem `invalid_input` */
function assertReadable({ config, enforced, role_defaults }: SettingsDocument): void {
  readConfig(config, ['config']);
  readConfig(enforced, ['enforced']);
  for (const [role, ofRole] of Object.entries(role_defaults)) {
    if (typeof ofRole !== 'object' || ofRole === null || Array.isArray(ofRole))
      throw InvalidInput([{ loc: ['role_defaults', role], msg: 'must be an object', type: 'type_error' }]);
    readConfig(ofRole as Record<string, unknown>, ['role_defaults', role]);
  }
}

const placeOf = ({ tenant_id, user_id }: SettingsOwner): Pick<ModelSettings, 'scope' | 'scope_id'> => ({
  scope: user_id ? 'user' : tenant_id ? 'tenant' : 'platform',
  scope_id: user_id || tenant_id || 'llm',
});

const describe = (owner: SettingsOwner, document: SettingsDocument): ModelSettings => ({
  ...placeOf(owner),
  tenant_id: owner.tenant_id || null,
  app_id: null,
  ...maskKeys(document),
});
