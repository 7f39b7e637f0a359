import { auth, Forbidden, holdsScope, InvalidInput, type PlatformScope, type Principal, Problem, Unauthenticated } from '@skep/contracts';
import { Bus, type Ctx, newCtx } from '@skep/platform';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { IncomingHttpHeaders } from 'node:http';
import { LRUCache } from 'lru-cache';
import { GatewayConfig } from '../gateway.config.js';
import type { Access } from '../routes/define.js';
import { AccessTokens } from './access-tokens.js';
import { ServiceTokens } from './service-tokens.js';

/** What a request says about its sender, before anything else of it is looked at. */
export type Caller = Pick<Ctx, 'tenant' | 'user' | 'email' | 'role' | 'scopes' | 'session' | 'actor'>;

export const NOBODY: Caller = { tenant: '', user: '', email: '', role: '', scopes: [], actor: 'nobody' };

/** Where a service may name the person it acts for, and anyone may name himself. */
export interface Claimed {
  user_id?: unknown;
  tenant_id?: unknown;
}

const CACHE_MS = 2_000;

/** The holder of an API key, and the only app that the key is for, if any. */
interface KeyBearer {
  who: Caller;
  app: string | null;
}

/** Finds out who calls, and whether a route is open to them. */
@Injectable()
export class Authenticator implements OnModuleInit {
  private readonly services: ServiceTokens;
  private readonly keys = new LRUCache<string, KeyBearer>({ max: 5_000, ttl: CACHE_MS });
  private readonly people = new LRUCache<string, Principal>({ max: 5_000, ttl: CACHE_MS });

  constructor(
    config: GatewayConfig,
    private readonly bus: Bus,
    private readonly tokens: AccessTokens,
  ) {
    this.services = new ServiceTokens(config.SKEP_SERVICE_TOKEN);
  }

  onModuleInit(): void {
    this.bus.subscribe(auth.apiKeyRevoked, () => this.keys.clear());
  }

  /**
   * @param path the parameters of the path, where a key for one app must find that app
   * @throws Problem `unauthenticated` for a credential that is missing where one is needed, or not good; `forbidden`.
   */
  async authorize(access: Access, headers: IncomingHttpHeaders, path: Readonly<Record<string, string>>): Promise<Caller> {
    if (access.kind === 'open') return NOBODY;
    const { who, app } = await this.identify(headers);
    const isService = who.actor.startsWith('service:');
    if (who === NOBODY && access.kind !== 'optional') throw Unauthenticated();
    if (access.kind === 'service' && !isService) throw Forbidden('Only a service may call this.');
    if ('inPerson' in access && access.inPerson && isService) throw Forbidden('Only the person themself may call this.');
    if (who.actor.startsWith('key:')) {
      if (access.kind !== 'user' || !access.key) throw Forbidden('API keys may not call this.');
      if (app && path['app_id'] !== app) throw Forbidden('This API key is for another app.');
    }
    if ('scope' in access && !isService) requireScope(who, access.scope);
    return who;
  }

  /**
   * Settles for whom the request acts: a service names a person by `X-Acting-User`, or by `user_id` in query or body; anyone
   * else may only name himself. On a service's own routes and on an administrator's `user_id` is data: about whom, and never for
   * whom. A service that names nobody on an administrator's route acts for itself, in the tenant it names, and may do there
   * whatever an administrator may.
   * @throws Problem `forbidden`; `user_not_found`; `invalid_input` when a service names nobody where a person is needed.
   */
  async resolveActingUser(access: Access, who: Caller, headers: IncomingHttpHeaders, claimed: Claimed): Promise<Caller> {
    if (who === NOBODY) return who;
    if (!who.actor.startsWith('service:')) {
      const foreign = (claim: unknown, own: string) => claim !== undefined && claim !== null && claim !== own;
      const other = access.kind !== 'admin' && foreign(claimed.user_id, who.user);
      if (other || foreign(claimed.tenant_id, who.tenant)) throw Forbidden('You may only act for yourself.');
      return who;
    }
    const isData = access.kind === 'service' || access.kind === 'admin';
    const user_id = text(one(headers['x-acting-user'])) ?? (isData ? undefined : text(claimed.user_id));
    const tenant_id = text(one(headers['x-tenant-id'])) ?? text(claimed.tenant_id) ?? 'default';
    if (!user_id) {
      if (access.kind === 'user' || access.kind === 'account')
        throw InvalidInput([{ loc: ['user_id'], msg: 'Name the person you act for, here or in X-Acting-User', type: 'missing' }]);
      return access.kind === 'admin' ? { ...who, tenant: tenant_id, scopes: ['*'] } : who;
    }
    const person = personOf(await this.describe(user_id, tenant_id));
    if ('scope' in access) requireScope(person, access.scope);
    return { ...person, actor: who.actor };
  }

  private async identify(headers: IncomingHttpHeaders): Promise<KeyBearer> {
    const bearer = await this.bearer(headers);
    const key = one(headers['x-api-key']);
    return !bearer && key ? this.apiKey(key) : { who: bearer ?? NOBODY, app: null };
  }

  private async bearer(headers: IncomingHttpHeaders): Promise<Caller | undefined> {
    const serviceToken = one(headers['x-service-token']);
    if (serviceToken !== undefined) return this.service(serviceToken) ?? refuse('This service token is not valid.');
    const bearer = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
    if (bearer) {
      // A JWT has dots, a service token has none.
      if (!bearer.includes('.')) return this.service(bearer) ?? refuse('This access token is not valid.');
      const person = await this.tokens.verify(bearer);
      return { ...personOf(person), session: person.session, actor: 'user' };
    }
    if (headers.authorization) return refuse('Send the access token as "Authorization: Bearer <token>".');
    return undefined;
  }

  private service(token: string): Caller | undefined {
    const name = this.services.nameOf(token);
    return name ? { ...NOBODY, actor: `service:${name}` } : undefined;
  }

  private async apiKey(key: string): Promise<KeyBearer> {
    const known = this.keys.get(key);
    if (known) return known;
    const owner = await this.bus.call(auth.verifyApiKey, newCtx({ actor: 'service:api-gateway' }), { key }).catch((error: unknown) => {
      // Also for a key that is too long to be one.
      const known = error instanceof Problem && error.body.status < 500;
      throw known ? Unauthenticated('This API key is not valid.') : error;
    });
    const bearer = { who: { ...personOf(owner), actor: `key:${key.slice(0, 12)}` }, app: owner.app_id };
    this.keys.set(key, bearer);
    return bearer;
  }

  private async describe(user_id: string, tenant_id: string): Promise<Principal> {
    const at = JSON.stringify([tenant_id, user_id]);
    let person = this.people.get(at);
    if (!person) {
      person = await this.bus.call(auth.describeUser, newCtx({ actor: 'service:api-gateway' }), { user_id, tenant_id });
      this.people.set(at, person);
    }
    return person;
  }
}

/** @throws Problem `forbidden`, naming the scope that is missing */
export function requireScope({ scopes }: Pick<Caller, 'scopes'>, scope: PlatformScope): void {
  if (!holdsScope(scopes, scope)) throw Forbidden(`This requires the scope "${scope}".`);
}

const personOf = ({ user_id, tenant_id, email, role, scopes }: Principal): Omit<Caller, 'actor'> => ({
  user: user_id,
  tenant: tenant_id,
  email,
  role,
  scopes,
});

const one = (header: string | string[] | undefined) => (Array.isArray(header) ? header[0] : header);
const text = (value: unknown) => (typeof value === 'string' && value ? value : undefined);

function refuse(why: string): never {
  throw Unauthenticated(why);
}
