import { auth } from '@skep/contracts/auth';
import { Bus, newCtx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { CachedVerifier } from './cached-verifier.js';
import { bearerOf, type Credential, type Identity, toCaller } from './credential.js';

/** Verifies Firebase ID tokens. */
@Injectable()
export class FirebaseTokens extends CachedVerifier {
  constructor(bus: Bus) {
    super(bus, 'Firebase ID token');
  }

  protected async verify(token: string): Promise<Identity> {
    const user = await this.bus.call(auth.identifyFirebase, newCtx({ actor: 'service:api-gateway' }), { token });
    return { caller: { ...toCaller(user), signedInAt: user.signed_in_at.getTime(), actor: 'user' } };
  }
}

const ISSUER = 'https://securetoken.google.com/';

/** Whether a JWT says that Firebase issued it. Only the verifier knows whether that is true. */
function isOfFirebase(jwt: string): boolean {
  try {
    const { iss } = JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString()) as { iss?: unknown };
    return typeof iss === 'string' && iss.startsWith(ISSUER);
  } catch {
    return false;
  }
}

/** `Authorization: Bearer` with a Firebase ID token. In an API it comes before the access token, which has the same header. */
export const firebaseToken: Credential = {
  name: 'firebase',
  holder: 'user',
  read: (headers) => [bearerOf(headers)].find((token) => token && isOfFirebase(token)),
  verifier: FirebaseTokens,
  scheme: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'An ID token of the Firebase project of the installation. The first one of a person creates their account.',
  },
};
