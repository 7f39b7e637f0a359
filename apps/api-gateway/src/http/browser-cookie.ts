import { BadRequest } from '@skep/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { randomBytes } from 'node:crypto';

const COOKIE = 'skep_page';
const SECONDS = 3600;

/** The cookie that ties the forms of a browser to the pages that it opened, and what it started to that browser. It signs no one in. */
export class BrowserCookie {
  constructor(private readonly secure: boolean) {}

  /** The secret of a browser that opens a page: the one that it has, or a new one. Other sites can open the page, and send no forms with it. */
  greet(request: FastifyRequest, reply: FastifyReply): string {
    const browser = read(request) ?? randomBytes(32).toString('base64url');
    const secure = this.secure ? '; Secure' : '';
    void reply.header('set-cookie', `${COOKIE}=${browser}; Path=/; Max-Age=${SECONDS}; HttpOnly; SameSite=Lax${secure}`);
    return browser;
  }

  /** The secret of a browser; empty if it has none. */
  find(request: FastifyRequest): string {
    return read(request) ?? '';
  }

  /** @throws Problem `bad_request` for a form without the cookie, or of another site */
  recognize(request: FastifyRequest): string {
    const site = request.headers['sec-fetch-site'];
    const browser = read(request);
    if (browser === undefined || (site !== undefined && site !== 'same-origin'))
      throw BadRequest('This form has expired or comes from another site. Start again.');
    return browser;
  }
}

const read = ({ headers }: FastifyRequest) => new RegExp(`(?:^|; ?)${COOKIE}=([\\w-]{43})(?:;|$)`).exec(headers.cookie ?? '')?.[1];
