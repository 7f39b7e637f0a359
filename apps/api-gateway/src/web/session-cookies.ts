import type { Tokens } from '@skep/contracts/auth';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** How long a browser keeps a session, in seconds. The session may end earlier; see SESSION_IDLE_DAYS. */
const KEPT_SECONDS = 90 * 86_400;

/** The tokens of a browser's session. Scripts cannot read them, and other sites cannot send them. */
export class SessionCookies {
  private readonly prefix: string;
  private readonly attributes: string;

  constructor(secure: boolean) {
    // `__Host-`: a subdomain cannot plant its own session (RFC 6265bis §4.1.3).
    this.prefix = secure ? '__Host-' : '';
    this.attributes = `Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
  }

  read({ headers }: FastifyRequest): { access?: string | undefined; refresh?: string | undefined } {
    const text = headers.cookie;
    if (!text?.includes('skep_')) return {};
    const find = (name: string) =>
      text
        .split('; ')
        .find((pair) => pair.startsWith(`${this.prefix}${name}=`))
        ?.split('=', 2)[1] || undefined;
    return { access: find('skep_access'), refresh: find('skep_refresh') };
  }

  write(reply: FastifyReply, { access_token, refresh_token, expires_in }: Tokens): void {
    this.set(reply, 'skep_access', access_token, expires_in);
    this.set(reply, 'skep_refresh', refresh_token, KEPT_SECONDS);
  }

  clear(reply: FastifyReply): void {
    for (const name of ['skep_access', 'skep_refresh']) this.set(reply, name, '', 0);
  }

  private set(reply: FastifyReply, name: string, value: string, seconds: number): void {
    void reply.header('set-cookie', `${this.prefix}${name}=${value}; Max-Age=${seconds}; ${this.attributes}`);
  }
}
