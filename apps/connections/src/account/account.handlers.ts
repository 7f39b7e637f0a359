import {
  AccountNotFound,
  type AccountRef,
  type AppProvider,
  type ConfirmConnection,
  type ConnectedAccount,
  connections,
  type ListAccountsOf,
  type OAuthCallback,
  type StartConnection,
} from '@skep/contracts/connections';
import { type InstallChanged, registry } from '@skep/contracts/registry';
import { Bus, type Ctx, Handle, Handlers, newCtx, OnEvent, tenantOf } from '@skep/platform';
import { tokensOf } from '../provider/fresh-tokens.js';
import { providersOf } from '../provider/providers.js';
import type { AccountEntity } from './account.entity.js';
import { AccountRepository } from './account.repository.js';
import { ConnectAccount } from './connect-account.js';
import { ProviderTokens } from './provider-tokens.js';

@Handlers()
export class AccountHandlers {
  constructor(
    private readonly bus: Bus,
    private readonly connect: ConnectAccount,
    private readonly accounts: AccountRepository,
    private readonly tokens: ProviderTokens,
  ) {}

  @Handle(connections.startConnection)
  startConnection(ctx: Ctx, input: StartConnection) {
    return this.connect.start(ctx, input);
  }

  @Handle(connections.finishConnection)
  finishConnection(ctx: Ctx, input: OAuthCallback) {
    return this.connect.finish(ctx, input);
  }

  @Handle(connections.confirmConnection)
  confirmConnection(ctx: Ctx, input: ConfirmConnection) {
    return this.connect.confirm(ctx, input);
  }

  @Handle(connections.listAccounts)
  async listAccounts(ctx: Ctx, { app_id, provider }: AppProvider) {
    return (await this.accounts.list({ tenant_id: ctx.tenant, user_id: ctx.user }, [provider], app_id)).map(describe);
  }

  @Handle(connections.listAccountsOf)
  async listAccountsOf(ctx: Ctx, input: ListAccountsOf) {
    const owner = { tenant_id: tenantOf(ctx, input), user_id: input.user_id };
    return { accounts: (await this.accounts.list(owner, providersOf(input.provider), input.app_id)).map(describe) };
  }

  @Handle(connections.disconnectAccount)
  async disconnectAccount(ctx: Ctx, ref: AccountRef) {
    if (!(await this.accounts.disconnect(ctx, { ...ownerOf(ctx, ref), id: ref.account_id }))) throw AccountNotFound();
    return { account_id: ref.account_id, status: 'disconnected' as const };
  }

  /** Disconnects the accounts of an app that its user uninstalled. The event may be late: they may have installed it again. */
  @OnEvent(registry.installChanged, { idempotent: true })
  async installChanged(ctx: Ctx, { tenant_id, user_id, app_id, installed }: InstallChanged) {
    if (installed) return;
    const asUser = newCtx({ tenant: tenant_id, user: user_id, actor: 'service:connections', request: ctx.request, trace: ctx.trace });
    const { app_ids } = await this.bus.call(registry.listInstalledApps, asUser, { app_ids: [app_id] });
    if (!app_ids.length) await this.accounts.disconnect(ctx, { tenant_id, user_id, app_id });
  }

  @Handle(connections.getProviderToken)
  async getProviderToken(ctx: Ctx, ref: AccountRef) {
    const account = await this.tokens.find(ctx, ownerOf(ctx, ref), ref.account_id);
    const { expires_at, scopes } = account;
    const expires_in = expires_at && Math.floor((expires_at.getTime() - Date.now()) / 1000);
    return { access_token: tokensOf(account).access_token, token_type: 'Bearer' as const, expires_at, expires_in, scopes };
  }
}

const ownerOf = ({ tenant, user }: Ctx, { app_id, provider }: AppProvider) => ({ tenant_id: tenant, user_id: user, app_id, provider });

const describe = ({ id, app_id, provider, email, scopes, status, connected_at }: AccountEntity): ConnectedAccount => ({
  account_id: id,
  app_id,
  provider,
  email,
  scopes,
  status,
  connected_at,
});
