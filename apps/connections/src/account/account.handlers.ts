import { NotConfigured, Problem } from '@skep/contracts';
import {
  AccountNotFound,
  type AccountRef,
  type AppProvider,
  type ConnectedAccount,
  connections,
  type ListAccountsOf,
  type OAuthCallback,
  type StartConnection,
} from '@skep/contracts/connections';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { ProviderClient, ProviderError } from '../provider/provider-client.js';
import { providersOf } from '../provider/providers.js';
import type { AccountEntity } from './account.entity.js';
import { AccountRepository } from './account.repository.js';
import { Clients } from './clients.js';
import { ConnectAccount } from './connect-account.js';
import { ProviderTokens, tokensOf } from './provider-tokens.js';

@Handlers()
export class AccountHandlers {
  constructor(
    private readonly connect: ConnectAccount,
    private readonly accounts: AccountRepository,
    private readonly clients: Clients,
    private readonly provider: ProviderClient,
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

  @Handle(connections.listAccounts)
  async listAccounts(ctx: Ctx, { app_id, provider }: AppProvider) {
    return (await this.accounts.list({ tenant_id: ctx.tenant, user_id: ctx.user }, [provider], app_id)).map(describe);
  }

  @Handle(connections.listAccountsOf)
  async listAccountsOf(ctx: Ctx, { provider, user_id, app_id }: ListAccountsOf) {
    return { accounts: (await this.accounts.list({ tenant_id: ctx.tenant, user_id }, providersOf(provider), app_id)).map(describe) };
  }

  /** The account is removed in any case, also if the provider does not answer or the app no longer exists. */
  @Handle(connections.disconnectAccount)
  async disconnectAccount(ctx: Ctx, ref: AccountRef) {
    const account = await this.accounts.find(ownerOf(ctx, ref), ref.account_id);
    if (!account) throw AccountNotFound();
    try {
      await this.provider.revoke(await this.clients.find(ctx, ref.app_id, ref.provider), tokensOf(account));
    } catch (error) {
      const isOfApp = error instanceof Problem && (error.body.status < 500 || error.body.code === NotConfigured.code);
      if (!isOfApp && !(error instanceof ProviderError)) throw error;
    }
    await this.accounts.remove(account);
    return { account_id: account.id, status: 'disconnected' as const };
  }

  @Handle(connections.getProviderToken)
  async getProviderToken(ctx: Ctx, ref: AccountRef) {
    const { account, tokens } = await this.tokens.find(ctx, ownerOf(ctx, ref), ref.account_id);
    const { expires_at, scopes } = account;
    const expires_in = expires_at && Math.floor((expires_at.getTime() - Date.now()) / 1000);
    return { access_token: tokens.access_token, token_type: 'Bearer' as const, expires_at, expires_in, scopes };
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
