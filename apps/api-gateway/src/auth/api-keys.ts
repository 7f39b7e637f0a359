import { Problem, Unauthenticated } from '@skep/contracts';
import { auth } from '@skep/contracts/auth';
import { Bus, newCtx } from '@skep/platform';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { type Credential, firstValue, type Identity, toCaller, type Verifier } from './credential.js';

const CACHE_MS = 2_000;

/** Verifies API keys with auth-gateway, and caches valid ones briefly. */
@Injectable()
export class ApiKeys implements Verifier, OnModuleInit {
  private readonly verified = new LRUCache<string, Identity>({ max: 5_000, ttl: CACHE_MS });

  constructor(private readonly bus: Bus) {}

  onModuleInit(): void {
    this.bus.subscribe(auth.apiKeyRevoked, () => this.verified.clear());
  }

  async identify(key: string): Promise<Identity> {
    const cached = this.verified.get(key);
    if (cached) return cached;
    const owner = await this.bus.call(auth.verifyApiKey, newCtx({ actor: 'service:api-gateway' }), { key }).catch((error: unknown) => {
      // Includes `invalid_input`, for a text too long to be a key.
      const isRejected = error instanceof Problem && error.body.status < 500;
      throw isRejected ? Unauthenticated('This API key is not valid.') : error;
    });
    const identity = { caller: { ...toCaller(owner), actor: `key:${key.slice(0, 12)}` }, app: owner.app_id };
    this.verified.set(key, identity);
    return identity;
  }
}

/** `x-api-key`. */
export const apiKey: Credential = {
  name: 'apiKey',
  holder: 'key',
  read: (headers) => firstValue(headers['x-api-key']) || undefined,
  verifier: ApiKeys,
  scheme: {
    type: 'apiKey',
    in: 'header',
    name: 'x-api-key',
    description: 'A key that a user created with `POST /v1/keys`, or for one app with `POST /v1/apps/{app_id}/keys`.',
  },
};
