import type { KeyObject } from 'node:crypto';
import { ExtractJwt, Strategy, type StrategyOptionsWithoutRequest } from 'passport-jwt';

/**
 * Verifies the signature (RS256) and the expiry of JWTs with passport-jwt, without Passport and a request.
 *
 * Assumes of passport-jwt:
 * - as the README of passport-strategy says, `authenticate` calls only the methods that a copy of the strategy has been given, here
 *   `success`, `fail` and `error`; https://github.com/jaredhanson/passport-strategy#implement-authentication
 * - it reads nothing of the request but the header;
 * - `secretOrKeyProvider` may give a KeyObject, which its types do not declare: jsonwebtoken gets it unchanged;
 * - an error of `secretOrKeyProvider` counts as an invalid token.
 *
 * https://github.com/mikenicholson/passport-jwt/blob/v4.0.1/lib/strategy.js
 */
export class JwtVerifier<Claims extends object> {
  private readonly strategy: Strategy;

  /** @param findKey finds the public key of a token. A KeyObject, never PEM text: parsing it for each token would cost six times the verification */
  constructor(findKey: (token: string) => Promise<KeyObject>) {
    const options = {
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      algorithms: ['RS256'],
      secretOrKeyProvider: (_request: unknown, token: string, done: (error: unknown, key?: KeyObject) => void) => {
        findKey(token).then((key) => done(null, key), done);
      },
    };
    const accept = (claims: Claims, done: (error: unknown, user: Claims) => void) => done(null, claims);
    this.strategy = new Strategy(options as unknown as StrategyOptionsWithoutRequest, accept);
  }

  /** Returns the claims of a token, or undefined if it is not valid. */
  verify(token: string): Promise<Claims | undefined> {
    return new Promise((resolve, reject) => {
      const attempt = Object.assign(Object.create(this.strategy) as Strategy, {
        success: (claims: Claims) => resolve(claims),
        fail: () => resolve(undefined),
        error: (error: unknown) => reject(error instanceof Error ? error : new Error(String(error))),
      });
      attempt.authenticate({ headers: { authorization: `Bearer ${token}` } } as never);
    });
  }
}
