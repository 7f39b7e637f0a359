import { NotConfigured } from '@skep/contracts';
import { HealthProviderNotFound } from '@skep/contracts/connections';
import { siteOf } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { calculatePKCECodeChallenge, generateRandomCodeVerifier, generateRandomState } from 'oauth4webapi';
import { ConnectionsConfig } from '../connections.config.js';
import type { OAuthClient } from '../provider/provider-client.js';
import { clientSettingsOf } from './health-settings.js';
import { type VendorId, vendorIds, vendorOf } from './vendors.js';

/** Milliseconds in which a person has to agree at the vendor. */
const LIFETIME_MS = 600_000;

/** A question to a vendor, whose answer works once. */
export interface Asked {
  authorization_url: string;
  state: string;
  code_verifier: string;
  redirect_uri: string;
  scopes: string[];
  expires_at: Date;
}

/** The clients of the operator at health providers. */
@Injectable()
export class VendorClients {
  constructor(private readonly config: ConnectionsConfig) {}

  /** @throws Problem `health_provider_not_found` */
  idOf(name: string): VendorId {
    const id = vendorIds.find((each) => each === name);
    if (!id) throw HealthProviderNotFound();
    return id;
  }

  isConfigured(id: VendorId): boolean {
    return this.config.vendor(id, 'CLIENT_ID') !== '';
  }

  /** Whether this is the client that something was granted to. */
  isKnown({ provider, client_id }: { provider: string; client_id: string }): boolean {
    const id = vendorIds.find((each) => each === provider);
    return id !== undefined && this.config.vendor(id, 'CLIENT_ID') === client_id;
  }

  /** @throws Problem `not_configured`, `health_provider_not_found` */
  clientOf(name: string): OAuthClient {
    const id = this.idOf(name);
    if (!this.isConfigured(id)) throw NotConfigured(`Set ${clientSettingsOf(id).join(' and ')}.`);
    const { account_path, permissions_path, params, refresh_params, revocation, subject_member, account_member } = vendorOf(id);
    const setting = (what: Parameters<ConnectionsConfig['vendor']>[1]) => this.config.vendor(id, what);
    const api = setting('API_BASE').replace(/\/+$/, '');
    return {
      client_id: setting('CLIENT_ID'),
      client_secret: setting('CLIENT_SECRET'),
      provider: {
        authorize_url: setting('AUTHORIZE_URL'),
        token_url: setting('TOKEN_URL'),
        revoke_url: setting('REVOKE_URL'),
        userinfo_url: api + account_path,
        ...(permissions_path && { permissions_url: api + permissions_path }),
        ...(params && { params }),
        ...(refresh_params && { refresh_params }),
        ...(revocation && { revocation }),
        ...(subject_member && { subject_member }),
        ...(account_member && { account_member }),
      },
    };
  }

  /** Makes a question to a vendor, with PKCE. @param wanted scopes; those of the vendor by default @throws like `clientOf` */
  async ask(name: string, redirect_path: string, wanted?: readonly string[]): Promise<Asked> {
    const { provider, client_id } = this.clientOf(name);
    const { scopes: usual, required, separator = ' ' } = vendorOf(this.idOf(name));
    const scopes = [...new Set([...required, ...(wanted ?? usual)])];
    const [state, code_verifier] = [generateRandomState(), generateRandomCodeVerifier()];
    const redirect_uri = siteOf(this.config) + redirect_path;
    const url = new URL(provider.authorize_url);
    const params = {
      ...{ response_type: 'code', client_id, redirect_uri, state, ...provider.params },
      ...(scopes.length && { scope: scopes.join(separator) }),
      ...{ code_challenge: await calculatePKCECodeChallenge(code_verifier), code_challenge_method: 'S256' },
    };
    for (const [key, value] of Object.entries(params)) url.searchParams.set(key, value);
    const expires_at = new Date(Date.now() + LIFETIME_MS);
    return { authorization_url: url.href, state, code_verifier, redirect_uri, scopes, expires_at };
  }
}
