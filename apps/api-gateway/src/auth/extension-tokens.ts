import { Problem, Unauthenticated } from '@skep/contracts';
import { auth } from '@skep/contracts/auth';
import { Bus, newCtx } from '@skep/platform';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { bearerOf, type Credential, firstValue, type Identity, NOBODY, type Verifier } from './credential.js';

const CACHE_MS = 2_000;

/** Verifies extension tokens with auth-gateway, and caches valid ones briefly. */
@Injectable()
export class ExtensionTokens implements Verifier, OnModuleInit {
  private readonly verified = new LRUCache<string, Identity>({ max: 5_000, ttl: CACHE_MS });

  constructor(private readonly bus: Bus) {}

  onModuleInit(): void {
    this.bus.subscribe(auth.apiKeyRevoked, () => this.verified.clear());
  }

  async identify(token: string): Promise<Identity> {
    const cached = this.verified.get(token);
    if (cached) return cached;
    const { app_id, tenant_id } = await this.bus
      .call(auth.verifyExtensionToken, newCtx({ actor: 'service:api-gateway' }), { token })
      .catch((error: unknown) => {
        // Includes `invalid_input`, for a text too long to be a token.
        const isRejected = error instanceof Problem && error.body.status < 500;
        throw isRejected ? Unauthenticated('This extension token is not valid.') : error;
      });
    const identity = { caller: { ...NOBODY, tenant: tenant_id, actor: `extension:${app_id}` }, app: app_id };
    this.verified.set(token, identity);
    return identity;
  }
}

const PREFIX = 'skep_ext_';

/** `X-Service-Token` or `Authorization: Bearer` with an extension token. In an API it comes before the service token, which has the same headers. */
export const extensionToken: Credential = {
  name: 'extensionToken',
  holder: 'extension',
  read: (headers) => [firstValue(headers['x-service-token']), bearerOf(headers)].find((token) => token?.startsWith(PREFIX)),
  verifier: ExtensionTokens,
  scheme: {
    type: 'apiKey',
    in: 'header',
    name: 'X-Service-Token',
    description:
      'For the code of an app: a token that its developer created with `POST /v1/developer/apps/{app_id}/extension-tokens`. It works for this app and its tenant only. `X-Acting-User` names the user on whose behalf the app calls.',
  },
};
