import { Unauthenticated } from '@skep/contracts';
import { createHash, timingSafeEqual } from 'node:crypto';
import { bearerOf, type Credential, firstValue, type Identity, NOBODY, type Verifier } from './credential.js';

/** A token that a service presents, with the name that the audit log shows. */
export interface ServiceToken {
  name: string;
  token: string;
}

const MIN_TOKEN_LENGTH = 16;
/** The name of a single token without a name. */
const DEFAULT_NAME = 'kernel';

/** Parses an entry of `SKEP_SERVICE_TOKEN`: `name:token`, or a single token without a name. @throws Error that describes the fault */
export function parseServiceToken(entry: string, entries: readonly string[]): ServiceToken {
  const colon = entry.indexOf(':');
  if (colon < 0 && entries.length > 1) throw new Error('has no name: write name:token');
  const name = colon < 0 ? DEFAULT_NAME : entry.slice(0, colon).trim();
  const token = entry.slice(colon + 1).trim();
  if (!/^[\w-]{1,64}$/.test(name)) throw new Error('needs a name of letters, digits, - and _ before the colon');
  if (token.length < MIN_TOKEN_LENGTH) throw new Error(`needs a token of at least ${MIN_TOKEN_LENGTH} characters`);
  return { name, token };
}

const digest = (text: string) => createHash('sha256').update(text).digest();

/** The valid service tokens. Several can be valid at once, so that one can be replaced without an outage. */
export class ServiceTokens implements Verifier {
  private readonly digests: { name: string; digest: Buffer }[];

  constructor(tokens: readonly ServiceToken[]) {
    this.digests = tokens.map(({ name, token }) => ({ name, digest: digest(token) }));
  }

  identify(token: string): Identity {
    const name = this.nameOf(token);
    if (!name) throw Unauthenticated('This token is not valid.');
    return { caller: { ...NOBODY, actor: `service:${name}` } };
  }

  /** Returns the name of a valid token. Takes constant time, whichever token matches or none. */
  nameOf(token: string): string | undefined {
    const presented = digest(token);
    let found: string | undefined;
    for (const { name, digest: expected } of this.digests) if (timingSafeEqual(presented, expected)) found = name;
    return found;
  }
}

/** A JWT has dots, a service token has none. */
const isServiceToken = (bearer: string | undefined) => bearer !== undefined && !bearer.includes('.');

/** `X-Service-Token`, or `Authorization: Bearer` with a service token. */
export const serviceToken: Credential = {
  name: 'serviceToken',
  holder: 'service',
  read: (headers) => {
    const bearer = bearerOf(headers);
    return firstValue(headers['x-service-token']) ?? (isServiceToken(bearer) ? bearer : undefined);
  },
  verifier: ServiceTokens,
  scheme: {
    type: 'apiKey',
    in: 'header',
    name: 'X-Service-Token',
    description:
      'For services: a token of `SKEP_SERVICE_TOKEN`, which the operator sets. `X-Acting-User` names the user on whose behalf the service acts, who must hold the scope that a route requires.',
  },
};
