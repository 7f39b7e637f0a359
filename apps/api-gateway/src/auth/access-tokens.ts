import { Unauthenticated } from '@skep/contracts';
import type { Principal } from '@skep/contracts/auth';
import { Injectable } from '@nestjs/common';
import type { KeyObject } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { JwtVerifier } from '../internals/jwt-verifier.js';
import { bearerOf, type Credential, type Identity, toCaller, type Verifier } from './credential.js';
import { PublishedKeys } from './published-keys.js';
import { Revocations } from './revocations.js';

/** The claims that auth-gateway signs, similar to RFC 9068. */
interface AccessTokenClaims {
  sub: string;
  exp: number;
  /** Only in the first token of a session. */
  auth_time?: number;
  sid: string;
  tenant_id: string;
  email: string;
  role: string;
  scopes: string[];
  /** Of an MCP access token only: who issued it, and the address that it is for. */
  iss?: unknown;
  aud?: unknown;
}

/** Where an MCP access token is valid. */
export interface McpAudience {
  /** The origin by which the client reached Skep. */
  issuer: string;
  /** Addresses of which the token must name one. */
  resources: readonly string[];
}

/** The user of a valid access token. */
export interface AuthenticatedUser extends Principal {
  /** The id of the session. */
  session: string;
  signedInAt?: number;
  /** When the token expires, in milliseconds since 1970. */
  expires_at: number;
  /** The id of the key that signed the token. */
  kid: string;
  /** Of an MCP access token only. A text that is empty fits no address. */
  mcp?: { issuer: string; resource: string };
}

/** Verifies access tokens with passport-jwt and caches valid ones: a verification costs thirty times a map lookup. */
@Injectable()
export class AccessTokens implements Verifier {
  private readonly verified = new LRUCache<string, AuthenticatedUser>({ max: 10_000 });
  private readonly jwt = new JwtVerifier<AccessTokenClaims>((token) => this.findKey(parseHeader(token).kid));

  constructor(
    private readonly keys: PublishedKeys,
    private readonly revocations: Revocations,
  ) {}

  /** Returns the user of a valid session token. @throws Problem `unauthenticated`; `unavailable` when the keys cannot be read. */
  async verify(token: string): Promise<AuthenticatedUser> {
    const user = await this.verifyAny(token);
    if (user.mcp) throw Unauthenticated('This access token is for MCP.');
    return user;
  }

  /** Returns the user of a valid MCP access token for this audience. @throws Problem as `verify` */
  async verifyForMcp(token: string, { issuer, resources }: McpAudience): Promise<AuthenticatedUser> {
    const user = await this.verifyAny(token);
    if (user.mcp?.issuer !== issuer || !resources.includes(user.mcp.resource))
      throw Unauthenticated('This access token is not for this address.');
    return user;
  }

  private async verifyAny(token: string): Promise<AuthenticatedUser> {
    let user = this.verified.get(token);
    if (!user) {
      user = toAuthenticatedUser(await this.verifySignature(token), parseHeader(token));
      this.verified.set(token, user);
    }
    if (user.expires_at <= Date.now()) throw Unauthenticated('This access token has expired.');
    if (!this.keys.has(user.kid)) throw Unauthenticated('This access token is not valid.');
    if (this.revocations.has(user.session)) throw Unauthenticated('This session has ended. Log in again.');
    return user;
  }

  async identify(token: string): Promise<Identity> {
    const user = await this.verify(token);
    const { session, signedInAt } = user;
    return { caller: { ...toCaller(user), session, ...(signedInAt && { signedInAt }), actor: 'user' } };
  }

  private async verifySignature(token: string): Promise<AccessTokenClaims> {
    const claims = await this.jwt.verify(token);
    if (!claims) throw Unauthenticated('This access token is not valid.');
    return claims;
  }

  private async findKey(kid: string): Promise<KeyObject> {
    const key = await this.keys.find(kid);
    if (!key) throw Unauthenticated('This access token is not valid.');
    return key;
  }
}

interface TokenHeader {
  kid: string;
  /** `JWT`; of an MCP access token `at+jwt` (RFC 9068). */
  typ: string;
}

const toAuthenticatedUser = (claims: AccessTokenClaims, { kid, typ }: TokenHeader): AuthenticatedUser => {
  const { sub, tenant_id, email, role, scopes, sid, exp, auth_time } = claims;
  const times = { ...(auth_time && { signedInAt: auth_time * 1000 }), expires_at: exp * 1000 };
  const user = { user_id: sub, tenant_id, email, role, scopes, session: sid, ...times, kid };
  const mcp = mcpOf(claims, typ);
  return mcp ? { ...user, mcp } : user;
};

/** A token that is neither quite a session token nor quite an MCP access token fits no address. */
function mcpOf({ iss, aud }: AccessTokenClaims, typ: string): AuthenticatedUser['mcp'] {
  const isMcp = /^(application\/)?at\+jwt$/i.test(typ);
  if (!isMcp && aud === undefined) return undefined;
  return isMcp && typeof iss === 'string' && typeof aud === 'string' ? { issuer: iss, resource: aud } : { issuer: '', resource: '' };
}

function parseHeader(token: string): TokenHeader {
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  try {
    const { kid, typ } = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as { kid?: unknown; typ?: unknown };
    return { kid: text(kid), typ: text(typ) };
  } catch {
    return { kid: '', typ: '' };
  }
}

/** `Authorization: Bearer` with an access token. */
export const accessToken: Credential = {
  name: 'bearer',
  holder: 'user',
  read: (headers) => {
    const bearer = bearerOf(headers);
    if (!bearer && headers.authorization) throw Unauthenticated('Send the access token as "Authorization: Bearer <token>".');
    return bearer;
  },
  verifier: AccessTokens,
  scheme: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description:
      'An access token: the `access_token` of `POST /v1/auth/login`, or of `POST /v1/auth/verify-email` after signing up. Before it expires (`expires_in` seconds), exchange the `refresh_token` for a new one with `POST /v1/auth/refresh`.',
  },
};
