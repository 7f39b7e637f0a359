import { type AppRef, Problem, isObject } from '@skep/contracts';
import { type AppSettings, portal, SETTING_SECTIONS, type UpdateAppSettings } from '@skep/contracts/portal';
import { registry } from '@skep/contracts/registry';
import { Bus, type Ctx, Handle, Handlers } from '@skep/platform';
import { RegisteredAppRepository } from './registered-app.repository.js';

/** Checks that the caller may see the app; the registry keeps the settings, as those of the scope `app` in the tenant of its developer. */
@Handlers()
export class AppSettingsHandlers {
  constructor(
    private readonly registered: RegisteredAppRepository,
    private readonly bus: Bus,
  ) {}

  @Handle(portal.getAppSettings)
  async getAppSettings(ctx: Ctx, { app_id }: AppRef): Promise<AppSettings> {
    const { tenant_id } = await this.registered.getKept(ctx, app_id);
    const owner = { tenant_id, app_id, role: '', user_id: '', explain: 0 };
    const { config } = await this.bus.call(registry.resolveConfig, ctx, owner);
    const section = (name: string) => (isObject(config[name]) ? config[name] : {});
    return Object.fromEntries(SETTING_SECTIONS.map((name) => [name, section(name)])) as unknown as AppSettings;
  }

  @Handle(portal.updateAppSettings)
  async updateAppSettings(ctx: Ctx, { app_id, ...sections }: UpdateAppSettings) {
    const { tenant_id } = await this.registered.getKept(ctx, app_id);
    const config = Object.fromEntries(Object.entries(sections).filter(([, values]) => isObject(values)));
    const updated_sections = Object.keys(config);
    const change = { scope: 'app' as const, scope_id: app_id, tenant_id, config, updated_by: ctx.user || ctx.actor };
    if (updated_sections.length) await this.bus.call(registry.updateConfig, ctx, change).catch(withoutConfig);
    return { message: 'The settings were updated.', updated_sections, skeleton_reloaded: updated_sections.includes('skeleton') };
  }
}

/** Names the faults of settings as the caller sent them. */
function withoutConfig(error: unknown): never {
  if (!(error instanceof Problem) || !Array.isArray(error.body.detail)) throw error;
  const detail = error.body.detail.map(({ loc, ...fault }) => ({
    ...fault,
    loc: loc[0] === 'config' && loc.length > 1 ? loc.slice(1) : loc,
  }));
  throw new Problem({ ...error.body, detail }, error.retryAfter);
}
