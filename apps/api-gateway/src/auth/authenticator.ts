import { Forbidden, InvalidInput, type PlatformScope, Unauthenticated } from '@skep/contracts';
import { auth, holdsScope, type Principal } from '@skep/contracts/auth';
import { Bus, extensionOf, newCtx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { IncomingHttpHeaders } from 'node:http';
import { LRUCache } from 'lru-cache';
import { GatewayConfig } from '../gateway.config.js';
import { type Access, takesExtensions, takesKeys } from '../route.js';
import { type Caller, type Credential, firstValue, type Identity, NOBODY, toCaller, type Verifier } from './credential.js';

/** The user and tenant that a request names in its query or body, before they are checked. */
export interface ClaimedUser {
  user_id?: unknown;
  tenant_id?: unknown;
  /** On an `extension` route, the app in each field that names one. */
  apps?: readonly unknown[];
}

const CACHE_MS = 2_000;
/** Who reads without a credential, if the operator allows it: the tenant's defaults, and no one's rows. */
const ANYBODY: Caller = { ...NOBODY, tenant: 'default' };

/** The credentials that an API accepts, with their verifiers. The first one that a request has counts. */
export type Accepted = readonly { read: Credential['read']; verifier: Verifier }[];

/** Authenticates callers and authorizes them for routes. */
@Injectable()
export class Authenticator {
  private readonly opensReads: boolean;
  private readonly users = new LRUCache<string, Principal>({ max: 5_000, ttl: CACHE_MS });

  constructor(
    private readonly bus: Bus,
    private readonly modules: ModuleRef,
    config: GatewayConfig,
  ) {
    this.opensReads = config.SKEP_AGENT_OPEN_READS === 'on';
  }

  /** @throws Error when the verifier of a credential is not a provider */
  accept(auth: readonly Credential[]): Accepted {
    return auth.map(({ read, verifier }) => ({ read, verifier: this.modules.get<Verifier>(verifier, { strict: false }) }));
  }

  /**
   * Authenticates the sender of a request and checks that they may call a route.
   * @param accepted what `accept` returned for the route's API
   * @param path the parameters of the path: an app key works only where `app_id` is its app, an extension token where a field of APP_FIELDS is
   * @throws Problem `unauthenticated` when a required credential is missing or any credential is invalid; `forbidden`.
   */
  async authorize(
    access: Access,
    accepted: Accepted,
    headers: IncomingHttpHeaders,
    path: Readonly<Record<string, string>>,
  ): Promise<Caller> {
    if (access.kind === 'open') return NOBODY;
    const { caller, app } = await identify(accepted, headers);
    if (caller === NOBODY && this.opensReads && 'openRead' in access && access.openRead) return ANYBODY;
    const isService = caller.actor.startsWith('service:');
    if (caller === NOBODY && access.kind !== 'optional') throw Unauthenticated();
    const isExtension = extensionOf(caller) !== undefined;
    if (access.kind === 'service' && !isService) throw Forbidden('Only a service may call this.');
    if (access.kind === 'extension' && !isService && !isExtension) throw Forbidden('Only a service or an app may call this.');
    if (isExtension) {
      if (!takesExtensions(access)) throw Forbidden('Extension tokens may not call this.');
      for (const name of APP_FIELDS) if (name in path) assertOwnApp(caller, path[name]);
    }
    if ('inPerson' in access && access.inPerson && isService) throw Forbidden('Services may not call this on behalf of a user.');
    if (caller.actor.startsWith('key:')) {
      if (!takesKeys(access)) throw Forbidden('API keys may not call this.');
      if (app && path['app_id'] !== app) throw Forbidden('This API key is for another app.');
    }
    if ('scope' in access && !isService) assertScope(caller, access.scope);
    return caller;
  }

  /**
   * Resolves the user on whose behalf a request acts. A service names the user in `X-Acting-User`, or in `user_id` of the query or
   * body; all other callers may name only themselves. On `service`, `extension` and `admin` routes `user_id` is data and never the acting user.
   * A service that names no user on an `admin` route, or one for services `alone`, acts for itself, in the tenant that it names, with an administrator's rights.
   * An app names a user of its tenant in `X-Acting-User`, and does not get their scopes.
   * @throws Problem `forbidden`; `user_not_found`; `invalid_input` when a service names no user where one is required.
   */
  async resolveActingUser(access: Access, caller: Caller, headers: IncomingHttpHeaders, claimed: ClaimedUser): Promise<Caller> {
    if (caller === NOBODY) return caller;
    if (extensionOf(caller) !== undefined) return this.resolveExtension(caller, headers, claimed);
    if (!caller.actor.startsWith('service:')) {
      const differs = (claim: unknown, own: string) => claim !== undefined && claim !== null && claim !== own;
      const otherUser = access.kind !== 'admin' && differs(claimed.user_id, caller.user);
      // On routes that apps call too, all callers send X-Acting-User.
      const otherActing = takesExtensions(access) && differs(nonEmpty(firstValue(headers['x-acting-user'])), caller.user);
      if (otherUser || otherActing || differs(claimed.tenant_id, caller.tenant)) throw Forbidden('You may only act for yourself.');
      return caller;
    }
    const isData = access.kind === 'service' || access.kind === 'extension' || access.kind === 'admin';
    const user_id = nonEmpty(firstValue(headers['x-acting-user'])) ?? (isData ? undefined : nonEmpty(claimed.user_id));
    const tenant_id = nonEmpty(firstValue(headers['x-tenant-id'])) ?? nonEmpty(claimed.tenant_id) ?? 'default';
    if (!user_id) {
      const isAlone = access.kind === 'admin' || (access.kind === 'user' && access.alone);
      if (!isAlone && (access.kind === 'user' || access.kind === 'account'))
        throw InvalidInput([{ loc: ['user_id'], msg: 'Name the acting user here or in X-Acting-User', type: 'missing' }]);
      return isAlone ? { ...caller, tenant: tenant_id, scopes: ['*'] } : caller;
    }
    const user = toCaller(await this.describeUser(user_id, tenant_id));
    if ('scope' in access) assertScope(user, access.scope);
    return { ...user, actor: caller.actor };
  }

  private async resolveExtension(caller: Caller, headers: IncomingHttpHeaders, { apps = [], tenant_id }: ClaimedUser): Promise<Caller> {
    for (const app of apps) assertOwnApp(caller, app);
    const tenant = nonEmpty(firstValue(headers['x-tenant-id'])) ?? tenant_id ?? caller.tenant;
    if (tenant !== caller.tenant) throw Forbidden('This extension token is for another tenant.');
    const user_id = nonEmpty(firstValue(headers['x-acting-user']));
    if (!user_id) return caller;
    return { ...toCaller(await this.describeUser(user_id, caller.tenant)), scopes: [], actor: caller.actor };
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

/** The fields of an input that name an app. */
export const APP_FIELDS = ['app_id', 'extension_id', 'ext_id'] as const;

/** @throws Problem `forbidden` if an app does not name itself */
function assertOwnApp(caller: Caller, named: unknown): void {
  if (extensionOf(caller) !== String(named)) throw Forbidden('This extension token is for another app.');
}

/** @throws Problem `forbidden`, which names the missing scope */
export function assertScope({ scopes }: Pick<Caller, 'scopes'>, scope: PlatformScope): void {
  if (!holdsScope(scopes, scope)) throw Forbidden(`This requires the scope "${scope}".`);
}

async function identify(accepted: Accepted, headers: IncomingHttpHeaders): Promise<Identity> {
  for (const { read, verifier } of accepted) {
    const credential = read(headers);
    if (credential !== undefined) return verifier.identify(credential);
  }
  return { caller: NOBODY };
}

const nonEmpty = (value: unknown) => (typeof value === 'string' && value ? value : undefined);
