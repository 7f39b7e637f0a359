import { Forbidden, InvalidInput, type PlatformScope, Problem, Unauthenticated } from '@skep/contracts';
import { auth, holdsScope, type Principal } from '@skep/contracts/auth';
import { Bus, type Ctx, newCtx } from '@skep/platform';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { IncomingHttpHeaders } from 'node:http';
import { LRUCache } from 'lru-cache';
import { GatewayConfig } from '../gateway.config.js';
import type { Access } from '../routes/define.js';
import { AccessTokens } from './access-tokens.js';
import { ServiceTokens } from './service-tokens.js';

/** The authenticated sender of a request, as the fields of a `Ctx`. */
export type Caller = Pick<Ctx, 'tenant' | 'user' | 'email' | 'role' | 'scopes' | 'session' | 'actor'>;

/** The caller of a request without a credential. */
export const NOBODY: Caller = { tenant: '', user: '', email: '', role: '', scopes: [], actor: 'nobody' };

/** The user and tenant that a request names in its query or body, before they are checked. */
export interface ClaimedUser {
  user_id?: unknown;
  tenant_id?: unknown;
}

const CACHE_MS = 2_000;

/** A caller; with an app key, also the only app that the key works for. */
interface Identity {
  caller: Caller;
  app: string | null;
}

/** Authenticates callers and authorizes them for routes. */
@Injectable()
export class Authenticator implements OnModuleInit {
  private readonly serviceTokens: ServiceTokens;
  private readonly apiKeys = new LRUCache<string, Identity>({ max: 5_000, ttl: CACHE_MS });
  private readonly users = new LRUCache<string, Principal>({ max: 5_000, ttl: CACHE_MS });

  constructor(
    config: GatewayConfig,
    private readonly bus: Bus,
    private readonly accessTokens: AccessTokens,
  ) {
    this.serviceTokens = new ServiceTokens(config.SKEP_SERVICE_TOKEN);
  }

  onModuleInit(): void {
    this.bus.subscribe(auth.apiKeyRevoked, () => this.apiKeys.clear());
  }

  /**
   * Authenticates the sender of a request and checks that they may call a route.
   * @param path the parameters of the path: an app key works only where `app_id` is its app
   * @throws Problem `unauthenticated` when a required credential is missing or any credential is invalid; `forbidden`.
   */
  async authorize(access: Access, headers: IncomingHttpHeaders, path: Readonly<Record<string, string>>): Promise<Caller> {
    if (access.kind === 'open') return NOBODY;
    const { caller, app } = await this.identify(headers);
    const isService = caller.actor.startsWith('service:');
    if (caller === NOBODY && access.kind !== 'optional') throw Unauthenticated();
    if (access.kind === 'service' && !isService) throw Forbidden('Only a service may call this.');
    if ('inPerson' in access && access.inPerson && isService) throw Forbidden('Services may not call this on behalf of a user.');
    if (caller.actor.startsWith('key:')) {
      if (access.kind !== 'user' || !access.key) throw Forbidden('API keys may not call this.');
      if (app && path['app_id'] !== app) throw Forbidden('This API key is for another app.');
    }
    if ('scope' in access && !isService) assertScope(caller, access.scope);
    return caller;
  }

  /**
   * Resolves the user on whose behalf a request acts. A service names the user in `X-Acting-User`, or in `user_id` of the query or
   * body; all other callers may name only themselves. On `service` and `admin` routes `user_id` is data and never the acting user.
   * A service that names no user on an `admin` route acts for itself, in the tenant that it names, with an administrator's rights.
   * @throws Problem `forbidden`; `user_not_found`; `invalid_input` when a service names no user where one is required.
   */
  async resolveActingUser(access: Access, caller: Caller, headers: IncomingHttpHeaders, claimed: ClaimedUser): Promise<Caller> {
    if (caller === NOBODY) return caller;
    if (!caller.actor.startsWith('service:')) {
      const differs = (claim: unknown, own: string) => claim !== undefined && claim !== null && claim !== own;
      const otherUser = access.kind !== 'admin' && differs(claimed.user_id, caller.user);
      if (otherUser || differs(claimed.tenant_id, caller.tenant)) throw Forbidden('You may only act for yourself.');
      return caller;
    }
    const isData = access.kind === 'service' || access.kind === 'admin';
    const user_id = nonEmpty(firstValue(headers['x-acting-user'])) ?? (isData ? undefined : nonEmpty(claimed.user_id));
    const tenant_id = nonEmpty(firstValue(headers['x-tenant-id'])) ?? nonEmpty(claimed.tenant_id) ?? 'default';
    if (!user_id) {
      if (access.kind === 'user' || access.kind === 'account')
        throw InvalidInput([{ loc: ['user_id'], msg: 'Name the acting user here or in X-Acting-User', type: 'missing' }]);
      return access.kind === 'admin' ? { ...caller, tenant: tenant_id, scopes: ['*'] } : caller;
    }
    const user = toCaller(await this.describeUser(user_id, tenant_id));
    if ('scope' in access) assertScope(user, access.scope);
    return { ...user, actor: caller.actor };
  }

  private async identify(headers: IncomingHttpHeaders): Promise<Identity> {
    const caller = await this.identifyByToken(headers);
    const key = firstValue(headers['x-api-key']);
    return !caller && key ? this.identifyByApiKey(key) : { caller: caller ?? NOBODY, app: null };
  }

  private async identifyByToken(headers: IncomingHttpHeaders): Promise<Caller | undefined> {
    const serviceToken = firstValue(headers['x-service-token']);
    if (serviceToken !== undefined) return this.identifyService(serviceToken) ?? rejectCredential('This service token is not valid.');
    const bearer = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
    if (bearer) {
      // A JWT has dots, a service token has none.
      if (!bearer.includes('.')) return this.identifyService(bearer) ?? rejectCredential('This access token is not valid.');
      const user = await this.accessTokens.verify(bearer);
      return { ...toCaller(user), session: user.session, actor: 'user' };
    }
    if (headers.authorization) return rejectCredential('Send the access token as "Authorization: Bearer <token>".');
    return undefined;
  }

  private identifyService(token: string): Caller | undefined {
    const name = this.serviceTokens.nameOf(token);
    return name ? { ...NOBODY, actor: `service:${name}` } : undefined;
  }

  private async identifyByApiKey(key: string): Promise<Identity> {
    const cached = this.apiKeys.get(key);
    if (cached) return cached;
    const owner = await this.bus.call(auth.verifyApiKey, newCtx({ actor: 'service:api-gateway' }), { key }).catch((error: unknown) => {
      // Includes `invalid_input`, for a text too long to be a key.
      const isRejected = error instanceof Problem && error.body.status < 500;
      throw isRejected ? Unauthenticated('This API key is not valid.') : error;
    });
    const identity = { caller: { ...toCaller(owner), actor: `key:${key.slice(0, 12)}` }, app: owner.app_id };
    this.apiKeys.set(key, identity);
    return identity;
  }

  private async describeUser(user_id: string, tenant_id: string): Promise<Principal> {
    const cacheKey = JSON.stringify([tenant_id, user_id]);
    let user = this.users.get(cacheKey);
    if (!user) {
      user = await this.bus.call(auth.describeUser, newCtx({ actor: 'service:api-gateway' }), { user_id, tenant_id });
      this.users.set(cacheKey, user);
    }
    return user;
  }
}

/** @throws Problem `forbidden`, which names the missing scope */
export function assertScope({ scopes }: Pick<Caller, 'scopes'>, scope: PlatformScope): void {
  if (!holdsScope(scopes, scope)) throw Forbidden(`This requires the scope "${scope}".`);
}

const toCaller = ({ user_id, tenant_id, email, role, scopes }: Principal): Omit<Caller, 'actor'> => ({
  user: user_id,
  tenant: tenant_id,
  email,
  role,
  scopes,
});

const firstValue = (header: string | string[] | undefined) => (Array.isArray(header) ? header[0] : header);
const nonEmpty = (value: unknown) => (typeof value === 'string' && value ? value : undefined);

function rejectCredential(detail: string): never {
  throw Unauthenticated(detail);
}
