import type { AppRef, ListCursor } from '@skep/contracts';
import { auth } from '@skep/contracts/auth';
import { builtins } from '@skep/contracts/builtins';
import {
  type AccessQuery,
  type ActivateExtension,
  type AppAccess,
  type AppIds,
  type InstallsQuery,
  AppNotInstalled,
  type InstallApp as InstallInput,
  type ListAppUsers,
  type ListUserExtensions,
  type MyExtension,
  registry,
  SystemApp,
  type UserApp,
  type UserExtension,
} from '@skep/contracts/registry';
import { Bus, type Ctx, Handle, Handlers } from '@skep/platform';
import { BUILTIN_EXTENSIONS } from './builtin-extensions.js';
import { ExtensionRepository } from './extension.repository.js';
import { withFirstRows } from './first-rows.js';
import { InstallApp } from './install-app.js';
import { ListAccess } from './list-access.js';
import { UninstallApp } from './uninstall-app.js';

const BUILTIN_ACCESS = BUILTIN_EXTENSIONS.map(({ app_id, name }): AppAccess => ({ app_id, name, user_ids: null, disabled_user_ids: [] }));

@Handlers()
export class ExtensionHandlers {
  constructor(
    private readonly bus: Bus,
    private readonly extensions: ExtensionRepository,
    private readonly install: InstallApp,
    private readonly uninstall: UninstallApp,
    private readonly access: ListAccess,
  ) {}

  @Handle(registry.listMyExtensions)
  listMyExtensions(ctx: Ctx, { cursor }: ListCursor) {
    const first = async () => [...BUILTIN_EXTENSIONS, ...(await this.extensions.listSystem(ctx))];
    return withFirstRows(cursor, first, (next) => this.extensions.listInstalled(ctx, next));
  }

  @Handle(registry.getMyExtension)
  async getMyExtension(ctx: Ctx, { app_id }: AppRef) {
    const extension = BUILTIN_EXTENSIONS.find((builtin) => builtin.app_id === app_id) ?? (await this.extensions.find(ctx, app_id));
    if (!extension) throw AppNotInstalled();
    return extension;
  }

  @Handle(registry.listAccess)
  listAccess(_: Ctx, { tenant_id, cursor }: AccessQuery) {
    return withFirstRows(
      cursor,
      () => BUILTIN_ACCESS,
      (next) => this.access.run(tenant_id, next),
    );
  }

  @Handle(registry.listInstalledApps)
  async listInstalledApps(ctx: Ctx, { app_ids }: AppIds) {
    return { app_ids: await this.extensions.filterInstalled(ctx, app_ids) };
  }

  @Handle(registry.listInstalls)
  async listInstalls(_: Ctx, { app_id, after }: InstallsQuery) {
    return { installs: await this.extensions.listInstallsOf(app_id, after) };
  }

  @Handle(registry.countInstalls)
  countInstalls(_: Ctx, { app_id }: AppRef) {
    return this.extensions.countInstalls(app_id);
  }

  @Handle(registry.installApp)
  installApp(ctx: Ctx, input: InstallInput) {
    return this.install.run(ctx, input);
  }

  @Handle(registry.uninstallApp)
  uninstallApp(ctx: Ctx, { app_id }: AppRef) {
    return this.uninstall.run(ctx, app_id);
  }

  /** Refuses built-in extensions: calls of their functions do not ask the registry, so disabling one would have no effect. */
  @Handle(registry.disableExtension)
  async disableExtension(ctx: Ctx, { app_id }: AppRef) {
    if (Object.hasOwn(builtins, app_id)) throw SystemApp();
    if (!(await this.extensions.hasApp(ctx, app_id))) throw AppNotInstalled();
    await this.extensions.disable(ctx, app_id);
    return { app_id, is_disabled: true };
  }

  @Handle(registry.enableExtension)
  async enableExtension(ctx: Ctx, { app_id }: AppRef) {
    if (!Object.hasOwn(builtins, app_id)) {
      if (!(await this.extensions.hasApp(ctx, app_id))) throw AppNotInstalled();
      await this.extensions.enable(ctx, app_id);
    }
    return { app_id, is_disabled: false };
  }

  // What administrators and services do for a user of their tenant: the same as the user, in their place.

  @Handle(registry.listUserExtensions)
  async listUserExtensions(ctx: Ctx, { user_id, cursor }: ListUserExtensions) {
    const { rows, ...page } = await this.listMyExtensions(await this.actAs(ctx, user_id), { cursor });
    return { ...page, rows: rows.map(toUserExtension) };
  }

  @Handle(registry.installUserExtension)
  async installUserExtension(ctx: Ctx, { user_id, app_id }: UserApp) {
    return this.installApp(await this.actAs(ctx, user_id), { app_id });
  }

  @Handle(registry.activateUserExtension)
  activateUserExtension(ctx: Ctx, { user_id, extension_id: app_id }: ActivateExtension) {
    return this.installUserExtension(ctx, { user_id, app_id });
  }

  @Handle(registry.uninstallUserExtension)
  async uninstallUserExtension(ctx: Ctx, { user_id, app_id }: UserApp) {
    return this.uninstallApp(await this.actAs(ctx, user_id), { app_id });
  }

  @Handle(registry.disableUserExtension)
  async disableUserExtension(ctx: Ctx, { user_id, app_id }: UserApp) {
    return this.disableExtension(await this.actAs(ctx, user_id), { app_id });
  }

  @Handle(registry.enableUserExtension)
  async enableUserExtension(ctx: Ctx, { user_id, app_id }: UserApp) {
    return this.enableExtension(await this.actAs(ctx, user_id), { app_id });
  }

  @Handle(registry.listAppUsers)
  listAppUsers(ctx: Ctx, { app_id, cursor }: ListAppUsers) {
    return this.extensions.listUsers(ctx, app_id, cursor);
  }

  /** The user in the tenant of the caller. @throws Problem `user_not_found` */
  private async actAs(ctx: Ctx, user_id: string): Promise<Ctx> {
    const { email, role, scopes } = await this.bus.call(
      auth.describeUser,
      { ...ctx, idempotencyKey: undefined },
      { user_id, tenant_id: ctx.tenant },
    );
    return { ...ctx, user: user_id, email, role, scopes };
  }
}

const toUserExtension = (extension: MyExtension): UserExtension => ({
  ...extension,
  display_name: extension.name,
  has_access: extension.is_installed && !extension.is_suspended,
  enabled: !extension.is_disabled,
});
