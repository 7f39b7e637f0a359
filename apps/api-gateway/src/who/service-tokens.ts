import { createHash, timingSafeEqual } from 'node:crypto';

const digest = (text: string) => createHash('sha256').update(text).digest();

/** The tokens that services present. Several may hold at once, so that one can be replaced without a gap; each has a name for the audit. */
export class ServiceTokens {
  private readonly known: { name: string; digest: Buffer }[];

  /** `configured`: one bare token, which is the kernel's, or `name:token,name:token`. */
  constructor(configured: string) {
    this.known = configured.split(',').map((entry) => {
      const [name, token] = entry.includes(':') ? (entry.split(':', 2) as [string, string]) : ['kernel', entry];
      return { name: name.trim(), digest: digest(token.trim()) };
    });
  }

  /** The name of the service that holds the token. Takes the same time whichever token matches, and when none does. */
  nameOf(token: string): string | undefined {
    const presented = digest(token);
    let found: string | undefined;
    for (const { name, digest: expected } of this.known) if (timingSafeEqual(presented, expected)) found = name;
    return found;
  }
}
