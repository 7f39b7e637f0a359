import { NotConfigured, NotFound, Problem } from '@skep/contracts';
import { ProviderNotDeclared } from '@skep/contracts/connections';
import { registry } from '@skep/contracts/registry';
import { Bus, type Ctx, newCtx, siteOf } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { ConnectionsConfig } from '../connections.config.js';
import { DeclaredApps } from '../declared-apps/declared-apps.js';
import type { OAuthClient } from '../provider/provider-client.js';
import { parseProviders, type Provider } from '../provider/providers.js';
import { secretsOf } from '../secret/declared-secret.js';
import { OperatorSecrets } from '../secret/operator-secrets.js';
import { SecretRepository } from '../secret/secret.repository.js';
import type { AccountEntity } from './account.entity.js';

/** The client with which an app is known at a provider, and where that sends browsers back to. */
export interface AppClient extends OAuthClient {
  redirect_uri: string;
  /** The scopes that the app declares, and those of the provider. */
  scopes: string[];
}

/** Finds the client of an app: its secrets `{provider}_client_id` and `{provider}_client_secret`, else the operator's. */
@Injectable()
export class Clients {
  private readonly providers;
  private readonly publicUrl: string;

  constructor(
    config: ConnectionsConfig,
    private readonly bus: Bus,
    private readonly apps: DeclaredApps,
    private readonly secrets: SecretRepository,
    private readonly ofOperator: OperatorSecrets,
  ) {
    this.providers = parseProviders(config.SKEP_OAUTH_PROVIDERS);
    this.publicUrl = siteOf(config);
  }

  /** @throws Problem `provider_not_declared`, `not_configured`, and those of `DeclaredApps.find` */
  async find(ctx: Ctx, app_id: string, name: string): Promise<AppClient> {
    const app = await this.apps.find(ctx, app_id);
    const declared = app.oauth.find(({ provider }) => provider === name);
    if (!declared) throw ProviderNotDeclared();
    const provider = this.providers.get(name);
    if (!provider) throw NotConfigured(`SKEP_OAUTH_PROVIDERS has no provider ${name}.`);
    const declaredScopes = Array.isArray(declared['scopes']) ? (declared['scopes'] as string[]) : [];
    const scopes = [...new Set([...(provider.scopes ?? []), ...declaredScopes])];
    const taking = new Set(secretsOf(app).flatMap((secret) => (secret.takes_fallback ? [secret.name] : [])));
    const owner = { app_id, user_id: app.developer_id, tenant_id: app.developer_tenant_id };
    const ofApp = await this.findOfApp(provider, name, owner, (secret) => taking.has(secret));
    if (ofApp) return { ...ofApp, scopes, redirect_uri: `${this.publicUrl}/v1/ext/${app_id}/oauth/${name}/callback` };
    const ofOperator = clientOfOperator(provider);
    if (ofOperator) return { ...ofOperator, scopes, redirect_uri: `${this.publicUrl}/v1/oauth/${name}/callback` };
    throw NotConfigured(`Set the secrets ${name}_client_id and ${name}_client_secret of ${app_id}, or client_id in SKEP_OAUTH_PROVIDERS.`);
  }

  /** The client that tokens were granted to, also of an app that no one can run now. Undefined if it is no longer known. */
  async findGranted({
    app_id,
    provider: name,
    client_id,
  }: Pick<AccountEntity, 'app_id' | 'provider' | 'client_id'>): Promise<OAuthClient | undefined> {
    const provider = this.providers.get(name);
    if (!provider) return undefined;
    const ofOperator = clientOfOperator(provider);
    if (ofOperator?.client_id === client_id) return ofOperator;
    const developer = await this.bus
      .call(registry.getAppDeveloper, newCtx({ actor: 'service:connections' }), { app_id })
      .catch(undefinedIfNotFound);
    if (!developer) return undefined;
    const ofApp = await this.findOfApp(
      provider,
      name,
      { app_id, user_id: developer.developer_id, tenant_id: developer.tenant_id },
      () => true,
    );
    return ofApp?.client_id === client_id ? ofApp : undefined;
  }

  /**
   * Both values are of the developer, or both of the operator.
   * @param app with its developer
   * @param takesFallback whether the app takes the operator's value of a secret
   */
  private async findOfApp(
    provider: Provider,
    name: string,
    app: { app_id: string; user_id: string; tenant_id: string },
    takesFallback: (secret: string) => boolean,
  ) {
    const stored = (secret: string) => this.secrets.read({ ...app, scope: 'app' }, secret);
    const given = async (secret: string) => this.ofOperator.find(app.app_id, { name: secret, takes_fallback: takesFallback(secret) });
    for (const read of [stored, given]) {
      const client_id = await read(`${name}_client_id`);
      if (client_id !== undefined) return { provider, client_id, client_secret: (await read(`${name}_client_secret`)) ?? '' };
    }
    return undefined;
  }
}

const clientOfOperator = (provider: Provider): OAuthClient | undefined =>
  provider.client_id === undefined ? undefined : { provider, client_id: provider.client_id, client_secret: provider.client_secret ?? '' };

function undefinedIfNotFound(error: unknown): undefined {
  if (!(error instanceof Problem) || error.body.code !== NotFound.code) throw error;
}
