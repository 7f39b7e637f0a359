import { auth, type Principal, Unauthenticated } from '@skep/contracts';
import { Bus, newCtx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { ExtractJwt, Strategy, type StrategyOptionsWithoutRequest } from 'passport-jwt';
import { Revocations } from './revocations.js';

/** RFC 9068 in spirit; the claims that auth-gateway signs. */
interface Claims {
  sub: string;
  exp: number;
  sid: string;
  tenant_id: string;
  email: string;
  role: string;
  scopes: string[];
}

/** A person with a session that ends (`expires_at`, milliseconds since 1970). */
export interface SignedIn extends Principal {
  session: string;
  expires_at: number;
}

const KEYS_AGAIN_MS = 1_000;

/** Verifies access tokens with passport-jwt, and remembers the good ones: a signature costs thirty times a look into a map. */
@Injectable()
export class AccessTokens {
  private readonly good = new LRUCache<string, SignedIn>({ max: 10_000 });
  private readonly keys = new Map<string, KeyObject>();
  private keysReadAt = 0;
  private readonly strategy = new Strategy(
    {
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      algorithms: ['RS256'],
      // A KeyObject, never text: parsing the key for each request would cost six times the verification.
      secretOrKeyProvider: (_request: unknown, token: string, done: (error: unknown, key?: KeyObject) => void) => {
        this.keyOf(token).then((key) => done(null, key), done);
      },
    } as unknown as StrategyOptionsWithoutRequest,
    (claims: Claims, done: (error: unknown, user: SignedIn) => void) => done(null, signedIn(claims)),
  );

  constructor(
    private readonly bus: Bus,
    private readonly revocations: Revocations,
  ) {}

  /** Who holds this token? @throws Problem `unauthenticated`; `unavailable` when the keys cannot be had. */
  async verify(token: string): Promise<SignedIn> {
    let person = this.good.get(token);
    if (!person) {
      person = await this.check(token);
      this.good.set(token, person);
    }
    if (person.expires_at <= Date.now()) throw Unauthenticated('This access token has expired.');
    if (this.revocations.has(person.session)) throw Unauthenticated('This session has ended.');
    return person;
  }

  private check(token: string): Promise<SignedIn> {
    return new Promise((resolve, reject) => {
      // Passport's way of calling a strategy: one object an attempt, with the outcomes as methods.
      const attempt = Object.assign(Object.create(this.strategy) as Strategy, {
        success: (person: SignedIn) => resolve(person),
        fail: () => reject(Unauthenticated('This access token is not valid.')),
        error: (error: unknown) => reject(error instanceof Error ? error : new Error(String(error))),
      });
      attempt.authenticate({ headers: { authorization: `Bearer ${token}` } } as never);
    });
  }

  private async keyOf(token: string): Promise<KeyObject> {
    const kid = kidOf(token);
    if (!this.keys.has(kid) && Date.now() - this.keysReadAt > KEYS_AGAIN_MS) {
      const { keys } = await this.bus.call(auth.jwks, newCtx({ actor: 'service:api-gateway' }), {});
      this.keysReadAt = Date.now();
      for (const key of keys) this.keys.set(String(key['kid']), createPublicKey({ key: key as JsonWebKey, format: 'jwk' }));
    }
    const key = this.keys.get(kid);
    if (!key) throw Unauthenticated('This access token is not valid.');
    return key;
  }
}

const signedIn = ({ sub, tenant_id, email, role, scopes, sid, exp }: Claims): SignedIn => ({
  user_id: sub,
  tenant_id,
  email,
  role,
  scopes,
  session: sid,
  expires_at: exp * 1000,
});

function kidOf(token: string): string {
  try {
    const { kid } = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as { kid?: unknown };
    return typeof kid === 'string' ? kid : '';
  } catch {
    return '';
  }
}
