import { type Principal, Unauthenticated } from '@skep/contracts';
import { Injectable } from '@nestjs/common';
import type { KeyObject } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { ExtractJwt, Strategy, type StrategyOptionsWithoutRequest } from 'passport-jwt';
import { PublishedKeys } from './published-keys.js';
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
  /** The key that has signed the token. */
  kid: string;
}

/** Verifies access tokens with passport-jwt, and remembers the good ones: a signature costs thirty times a look into a map. */
@Injectable()
export class AccessTokens {
  private readonly good = new LRUCache<string, SignedIn>({ max: 10_000 });
  private readonly strategy = new Strategy(
    {
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      algorithms: ['RS256'],
      // A KeyObject, never text: parsing the key for each request would cost six times the verification.
      secretOrKeyProvider: (_request: unknown, token: string, done: (error: unknown, key?: KeyObject) => void) => {
        this.keyOf(kidOf(token)).then((key) => done(null, key), done);
      },
    } as unknown as StrategyOptionsWithoutRequest,
    (claims: Claims, done: (error: unknown, user: Claims) => void) => done(null, claims),
  );

  constructor(
    private readonly keys: PublishedKeys,
    private readonly revocations: Revocations,
  ) {}

  /** Who holds this token? @throws Problem `unauthenticated`; `unavailable` when the keys cannot be had. */
  async verify(token: string): Promise<SignedIn> {
    let person = this.good.get(token);
    if (!person) {
      person = signedIn(await this.check(token), kidOf(token));
      this.good.set(token, person);
    }
    if (person.expires_at <= Date.now()) throw Unauthenticated('This access token has expired.');
    if (!this.keys.has(person.kid)) throw Unauthenticated('This access token is not valid.');
    if (this.revocations.has(person.session)) throw Unauthenticated('This session has ended.');
    return person;
  }

  private check(token: string): Promise<Claims> {
    return new Promise((resolve, reject) => {
      // Passport's way of calling a strategy: one object an attempt, with the outcomes as methods.
      const attempt = Object.assign(Object.create(this.strategy) as Strategy, {
        success: (claims: Claims) => resolve(claims),
        fail: () => reject(Unauthenticated('This access token is not valid.')),
        error: (error: unknown) => reject(error instanceof Error ? error : new Error(String(error))),
      });
      attempt.authenticate({ headers: { authorization: `Bearer ${token}` } } as never);
    });
  }

  private async keyOf(kid: string): Promise<KeyObject> {
    const key = await this.keys.find(kid);
    if (!key) throw Unauthenticated('This access token is not valid.');
    return key;
  }
}

const signedIn = ({ sub, tenant_id, email, role, scopes, sid, exp }: Claims, kid: string): SignedIn => ({
  user_id: sub,
  tenant_id,
  email,
  role,
  scopes,
  session: sid,
  expires_at: exp * 1000,
  kid,
});

function kidOf(token: string): string {
  try {
    const { kid } = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as { kid?: unknown };
    return typeof kid === 'string' ? kid : '';
  } catch {
    return '';
  }
}
