import { auth } from '@skep/contracts/auth';
import { Bus, newCtx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { CachedVerifier } from './cached-verifier.js';
import { bearerOf, type Credential, firstValue, type Identity, toCaller } from './credential.js';

/** Verifies API keys. */
@Injectable()
export class ApiKeys extends CachedVerifier {
  constructor(bus: Bus) {
    super(bus, 'API key');
  }

  protected async verify(key: string): Promise<Identity> {
    const owner = await this.bus.call(auth.verifyApiKey, newCtx({ actor: 'service:api-gateway' }), { key });
    return { caller: { ...toCaller(owner), actor: `key:${key.slice(0, 12)}` }, app: owner.app_id };
  }
}

const API_KEY_PREFIX = 'imp_live_';

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

/** `Authorization: Bearer` with an API key, for clients that can send nothing else. */
export const bearerApiKey: Credential = {
  name: 'bearerApiKey',
  holder: 'key',
  read: (headers) => (bearerOf(headers)?.startsWith(API_KEY_PREFIX) ? bearerOf(headers) : undefined),
  verifier: ApiKeys,
  scheme: { type: 'http', scheme: 'bearer', description: 'A key that a user created with `POST /v1/keys`.' },
};
