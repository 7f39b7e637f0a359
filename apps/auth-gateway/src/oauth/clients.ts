import { BadRequest, isObject } from '@skep/contracts';
import { InvalidRedirectUri, OAUTH_GRANTS, type RegisterClient, type RegisteredClient, RegistrationClosed } from '@skep/contracts/auth';
import { Database, OutboundError } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { timingSafeEqual } from 'node:crypto';
import { AuthGatewayConfig } from '../auth-gateway.config.js';
import { OutboundClient } from '../outbound/outbound-client.js';
import { hostOf, isRedirectUri } from './redirect-uri.js';

const DOCUMENT = { maxBytes: 64 * 1024, timeoutMs: 5_000, redirects: 0, headers: { accept: 'application/json' } };
const NAME_MAX = 100;
/** The id of a registered client is part of its tokens. */
const REGISTRATION_MAX = 1_200;
const PREFIX = 'dcr_';

export interface Client {
  client_id: string;
  client_name: string;
  redirect_uris: readonly string[];
}

/**
 * Finds OAuth clients. All of them are public: PKCE and the redirect address protect their codes. The id of a client is the address of its
 * metadata document, or contains its registration with a code of the installation, so that registrations take no rows.
 */
@Injectable()
export class Clients {
  constructor(
    private readonly db: Database,
    private readonly config: AuthGatewayConfig,
    private readonly outbound: OutboundClient,
  ) {}

  /** @throws Problem `bad_request` saying what is wrong */
  async find(client_id: string): Promise<Client> {
    const client = client_id.startsWith(PREFIX) ? await this.readRegistration(client_id) : await this.fetchDocument(client_id);
    if (client) return client;
    throw BadRequest('This client is unknown.');
  }

  /** @throws Problem `registration_closed`, `invalid_redirect_uri` */
  async register({ client_name, redirect_uris }: RegisterClient): Promise<RegisteredClient> {
    if (this.config.SKEP_OAUTH_DCR !== 'on') throw RegistrationClosed();
    const wrong = redirect_uris.find((uri) => !isRedirectUri(uri));
    if (wrong !== undefined || !redirect_uris.length)
      throw InvalidRedirectUri(`Send https addresses, loopback addresses or schemes of your program${wrong ? `, not ${wrong}` : ''}.`);
    const name = nameOf(client_name, redirect_uris[0]!);
    const issued = Math.floor(Date.now() / 1000);
    const text = Buffer.from(JSON.stringify([name, redirect_uris, issued])).toString('base64url');
    if (text.length > REGISTRATION_MAX) throw InvalidRedirectUri('The redirect addresses are too long.');
    return {
      client_id: `${PREFIX}${text}.${(await this.authenticate(text)).toString('base64url')}`,
      client_id_issued_at: issued,
      client_name: name,
      redirect_uris,
      token_endpoint_auth_method: 'none',
      grant_types: [...OAUTH_GRANTS],
      response_types: ['code'],
    };
  }

  private async readRegistration(client_id: string): Promise<Client | undefined> {
    const [text = '', code = ''] = client_id.slice(PREFIX.length).split('.');
    const [given, expected] = [Buffer.from(code, 'base64url'), await this.authenticate(text)];
    if (this.config.SKEP_OAUTH_DCR !== 'on' || given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
    const [client_name, redirect_uris] = JSON.parse(Buffer.from(text, 'base64url').toString()) as [string, string[]];
    return { client_id, client_name, redirect_uris };
  }

  private authenticate(registration: string): Promise<Buffer> {
    return this.db.sealing.derive('oauth client', registration);
  }

  /** Requires https, except for addresses that the operator allows. */
  private async fetchDocument(client_id: string): Promise<Client | undefined> {
    const url = URL.parse(client_id);
    if (!url || url.pathname === '/' || url.hash || url.href !== client_id) return undefined;
    if (url.protocol !== 'https:' && !this.outbound.isAllowedAddress(url.hostname)) return undefined;
    const { status, bytes } = await this.outbound.fetch(client_id, DOCUMENT).catch((error: unknown) => {
      throw error instanceof OutboundError ? BadRequest(`The metadata document of the client cannot be read. ${error.message}`) : error;
    });
    const document = status === 200 ? parseDocument(bytes.toString()) : undefined;
    if (!document) throw BadRequest('The metadata document of the client is not JSON.');
    const { client_name, redirect_uris, token_endpoint_auth_method = 'none' } = document;
    if (document['client_id'] !== client_id) throw BadRequest('The metadata document is of another client: its client_id differs.');
    if (
      !Array.isArray(redirect_uris) ||
      !redirect_uris.length ||
      !redirect_uris.every((uri) => typeof uri === 'string' && isRedirectUri(uri))
    )
      throw BadRequest('The metadata document of the client has no valid redirect_uris.');
    if (token_endpoint_auth_method !== 'none') throw BadRequest('The metadata document must have token_endpoint_auth_method "none".');
    return { client_id, client_name: nameOf(client_name, client_id), redirect_uris: redirect_uris as string[] };
  }
}

const nameOf = (name: unknown, address: string): string => (typeof name === 'string' && name.trim().slice(0, NAME_MAX)) || hostOf(address);

function parseDocument(text: string): Record<string, unknown> | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return isObject(json) ? json : undefined;
  } catch {
    return undefined;
  }
}
