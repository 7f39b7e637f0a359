import { connections, type ConnectedAccount, type FinishedConnection, type StartedConnection } from '@skep/contracts/connections';
import type { Ctx } from '@skep/platform';
import { asService, OAUTH_CLIENT, startOAuthProvider, type StrictProvider } from '@skep/testkit';
import { ada, bob, type ConnectionsHarness, openConnections, zoe } from './connections.js';

export const APP = 'mailer';
export const PROVIDER = { app_id: APP, provider: 'acme' };
const OAUTH = [{ provider: 'acme', scopes: ['mail.read', 'mail.send'] }, { provider: 'unknown' }, { provider: 'google' }];
const SECRETS = ['acme_client_id', 'acme_client_secret'].map((name) => ({
  ...{ name, description: 'The client.', scope: 'app' },
  env_fallback: `IMPERAL_APPSECRET_${name}`,
}));

/** What the apps declare. */
export const MANIFEST = { oauth: OAUTH, secrets: SECRETS };

/** A started connection at the provider. */
interface Agreed {
  code: string;
  state: string;
}

/** Connections, the strict provider `acme`, and the apps `mailer` and `other`, which Ada, Bob and Zoe have installed. */
export interface OAuthHarness extends ConnectionsHarness {
  provider: StrictProvider;
  /** Releases the apps. `openOAuth` has done so, unless the service does not run. */
  releaseApps(): Promise<void>;
  startConnection(ctx: Ctx, more?: object): Promise<StartedConnection>;
  /** Starts a connection, and agrees at the provider. */
  agree(ctx: Ctx, subject: string, more?: object): Promise<Agreed>;
  /** Sends the browser back from the provider. */
  finish(callback: object, ctx: Ctx): Promise<FinishedConnection>;
  /** Connects an account as a signed-in user. */
  connect(ctx: Ctx, subject: string, more?: object): Promise<FinishedConnection>;
  list(ctx: Ctx, app_id?: string): Promise<ConnectedAccount[]>;
  accountOf(ctx: Ctx, subject: string): Promise<ConnectedAccount>;
  /** Asks for an access token, as the app. */
  token(ctx: Ctx, account_id: string): Promise<{ access_token: string }>;
  disconnect(ctx: Ctx, account_id: string): Promise<{ account_id: string; status: string }>;
  expire(account_id: string): Promise<unknown>;
}

export async function openOAuth(env: Record<string, string> = {}, { running = true } = {}): Promise<OAuthHarness> {
  const provider = await startOAuthProvider();
  const all = {
    ...{ SKEP_OAUTH_PROVIDERS: provider.setting, SKEP_PUBLIC_URL: 'https://skep.example/' },
    ...{ RETURN_TO_ALLOW: 'https://panel.example,myapp:', ...env },
  };
  const harness = await openConnections(all, { running });
  const { call } = harness;
  const startConnection: OAuthHarness['startConnection'] = (ctx, more) => call(connections.startConnection, ctx, { ...PROVIDER, ...more });
  const agree: OAuthHarness['agree'] = async (ctx, subject, more) =>
    provider.agree((await startConnection(ctx, more)).authorize_url, subject);
  const finish: OAuthHarness['finish'] = (callback, ctx) =>
    call(connections.finishConnection, ctx, { state: '', ...PROVIDER, ...callback });
  const list: OAuthHarness['list'] = (ctx, app_id = APP) => call(connections.listAccounts, ctx, { ...PROVIDER, app_id });
  const releaseApps = async () => {
    for (const app_id of [APP, 'other']) {
      await harness.release(app_id, MANIFEST, ada, bob, zoe);
      await harness.setOfApp(app_id, 'acme_client_id', OAUTH_CLIENT.id);
      await harness.setOfApp(app_id, 'acme_client_secret', OAUTH_CLIENT.secret);
    }
  };
  if (running) await releaseApps();
  return {
    ...harness,
    ...{ provider, releaseApps, startConnection, agree, finish, list },
    connect: async (ctx, subject, more) => finish(await agree(ctx, subject, more), ctx),
    accountOf: async (ctx, subject) => (await list(ctx)).find(({ email }) => email === `${subject}@acme.example`)!,
    token: ({ tenant, user }, account_id) =>
      call(connections.getProviderToken, asService('', { tenant, user, actor: `extension:${APP}` }), { ...PROVIDER, account_id }),
    disconnect: (ctx, account_id) => call(connections.disconnectAccount, ctx, { ...PROVIDER, account_id }),
    expire: (account_id) => harness.query('update oauth_account set expires_at = now() where id = $1', [account_id]),
    close: async () => {
      await harness.close();
      await provider.close();
    },
  };
}

/** The provider works as it should again. */
export const reset = (provider: StrictProvider): void =>
  void Object.assign(provider, { misbehaves: undefined, delayMs: 50, silentAt: undefined, refreshes: 0, revoked: [], codes: [] });
