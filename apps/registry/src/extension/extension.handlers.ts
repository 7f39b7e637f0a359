import {
  type AccessQuery,
  type AppAccess,
  type AppIds,
  AppNotInstalled,
  type AppRef,
  builtins,
  type InstallApp,
  registry,
  SystemApp,
} from '@skep/contracts';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { BUILTIN_EXTENSIONS } from './builtin-extensions.js';
import { ExtensionRepository } from './extension.repository.js';
import { InstallStory } from './install.js';
import { UninstallStory } from './uninstall.js';

const BUILTIN_ACCESS = BUILTIN_EXTENSIONS.map(({ app_id, name }): AppAccess => ({ app_id, name, user_ids: null, disabled_user_ids: [] }));

@Handlers()
export class ExtensionHandlers {
  constructor(
    private readonly extensions: ExtensionRepository,
    private readonly installing: InstallStory,
    private readonly uninstalling: UninstallStory,
  ) {}

  @Handle(registry.listMyExtensions)
  async listMyExtensions(ctx: Ctx) {
    return [...BUILTIN_EXTENSIONS, ...(await this.extensions.mine(ctx))];
  }

  @Handle(registry.getMyExtension)
  async getMyExtension(ctx: Ctx, { app_id }: AppRef) {
    const extension = BUILTIN_EXTENSIONS.find((builtin) => builtin.app_id === app_id) ?? (await this.extensions.mine(ctx, app_id))[0];
    if (!extension) throw AppNotInstalled();
    return extension;
  }

  @Handle(registry.listAccess)
  async listAccess(_: Ctx, { tenant_id }: AccessQuery) {
    return [...BUILTIN_ACCESS, ...(await this.extensions.access(tenant_id))];
  }

  @Handle(registry.listInstalledApps)
  async listInstalled(ctx: Ctx, { app_ids }: AppIds) {
    return { app_ids: await this.extensions.which(ctx, app_ids) };
  }

  @Handle(registry.installApp)
  install(ctx: Ctx, input: InstallApp) {
    return this.installing.run(ctx, input);
  }

  @Handle(registry.uninstallApp)
  uninstall(ctx: Ctx, { app_id }: AppRef) {
    return this.uninstalling.run(ctx, app_id);
  }

  /** A built-in extension answers without asking the registry, so it cannot be switched off. */
  @Handle(registry.disableExtension)
  async disableExtension(ctx: Ctx, { app_id }: AppRef) {
    if (Object.hasOwn(builtins, app_id)) throw SystemApp();
    if (!(await this.extensions.reaches(ctx, app_id))) throw AppNotInstalled();
    await this.extensions.switchOff(ctx, app_id);
    return { app_id, is_disabled: true };
  }

  @Handle(registry.enableExtension)
  async enableExtension(ctx: Ctx, { app_id }: AppRef) {
    if (!Object.hasOwn(builtins, app_id)) {
      if (!(await this.extensions.reaches(ctx, app_id))) throw AppNotInstalled();
      await this.extensions.switchOn(ctx, app_id);
    }
    return { app_id, is_disabled: false };
  }
}
