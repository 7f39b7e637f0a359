import { NotConfigured } from '@skep/contracts';
import { ProviderNotDeclared } from '@skep/contracts/connections';
import type { AppDeclarations } from '@skep/contracts/registry';
import { siteOf, type Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { ConnectionsConfig } from '../connections.config.js';
import { DeclaredApps } from '../declared-apps/declared-apps.js';
import type { OAuthClient } from '../provider/provider-client.js';
import { parseProviders } from '../provider/providers.js';
import { SecretRepository } from '../secret/secret.repository.js';

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
    private readonly apps: DeclaredApps,
    private readonly secrets: SecretRepository,
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
    const client_id = await this.readSecret(app, `${name}_client_id`);
    if (client_id !== undefined) {
      const client_secret = (await this.readSecret(app, `${name}_client_secret`)) ?? '';
      return { provider, client_id, client_secret, scopes, redirect_uri: `${this.publicUrl}/v1/ext/${app_id}/oauth/${name}/callback` };
    }
    if (provider.client_id === undefined)
      throw NotConfigured(
        `Set the secrets ${name}_client_id and ${name}_client_secret of ${app_id}, or client_id in SKEP_OAUTH_PROVIDERS.`,
      );
    const { client_id: ofOperator, client_secret = '' } = provider;
    return { provider, client_id: ofOperator, client_secret, scopes, redirect_uri: `${this.publicUrl}/v1/oauth/${name}/callback` };
  }

  private readSecret({ app_id, developer_id, developer_tenant_id }: AppDeclarations, name: string) {
    return this.secrets.read({ tenant_id: developer_tenant_id, user_id: developer_id, app_id, scope: 'app' }, name);
  }
}
