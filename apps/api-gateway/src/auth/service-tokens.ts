import { createHash, timingSafeEqual } from 'node:crypto';

/** A token that a service presents, with the name that the audit log shows. */
export interface ServiceToken {
  name: string;
  token: string;
}

const TOKEN_MIN = 16;
/** The name of a token that stands alone. */
const UNNAMED = 'kernel';

/** Reads one entry of `SKEP_SERVICE_TOKEN`: `name:token`, or the only token without a name. @throws Error saying what is wrong with it */
export function readServiceToken(entry: string, all: readonly string[]): ServiceToken {
  const colon = entry.indexOf(':');
  if (colon < 0 && all.length > 1) throw new Error('has no name: write name:token');
  const name = colon < 0 ? UNNAMED : entry.slice(0, colon).trim();
  const token = entry.slice(colon + 1).trim();
  if (!/^[\w-]{1,64}$/.test(name)) throw new Error('needs a name of letters, digits, - and _ before the colon');
  if (token.length < TOKEN_MIN) throw new Error(`needs a token of at least ${TOKEN_MIN} characters`);
  return { name, token };
}

const digest = (text: string) => createHash('sha256').update(text).digest();

/** The tokens that services present. Several may be valid at once, so that one can be replaced without a gap. */
export class ServiceTokens {
  private readonly known: { name: string; digest: Buffer }[];

  constructor(tokens: readonly ServiceToken[]) {
    this.known = tokens.map(({ name, token }) => ({ name, digest: digest(token) }));
  }

  /** The name of the service that holds the token. Takes the same time whichever token matches, and when none does. */
  nameOf(token: string): string | undefined {
    const presented = digest(token);
    let found: string | undefined;
    for (const { name, digest: expected } of this.known) if (timingSafeEqual(presented, expected)) found = name;
    return found;
  }
}
