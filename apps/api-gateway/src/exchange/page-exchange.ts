import { Problem } from '@skep/contracts';
import type { FastifyReply } from 'fastify';
import { BrowserCookie } from '../http/browser-cookie.js';
import { prefersPage, renderProblem } from '../pages/page.js';
import type { Described, Exchange, RouteCall } from '../route.js';

/** A page, and its status. `script`: it runs a script of this origin. `location`: the browser continues there instead. */
export interface Page {
  html: string;
  status?: number;
  script?: boolean;
  location?: string;
}

/** Renders what an operation returned. */
export type RenderPage<Output> = (output: Output) => Page;

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const SCRIPT_POLICY = `${POLICY}; script-src 'self'`;

/**
 * A page for browsers without scripts, and its forms. The operation gets a secret of the browser as `browser`: a cookie that a GET sets. A form is
 * protected against CSRF: it needs the cookie, which the operation compares with the one that its page was made for, and must have
 * `Sec-Fetch-Site: same-origin` if the browser sends it.
 */
export const pageExchange = <Output>(render: RenderPage<Output>): Exchange => ({
  name: 'page',
  fills: ['browser'],
  config: { form: true },
  answer: async ({ request, reply, forward, get }: RouteCall): Promise<void> => {
    try {
      const cookie = get(BrowserCookie);
      const browser = request.method === 'GET' ? cookie.greet(request, reply) : cookie.recognize(request);
      const { bytes } = await forward({ browser });
      const { html, status = 200, script, location } = render(JSON.parse(Buffer.from(bytes).toString()) as Output);
      // Not after a form: `form-action` would forbid the redirect, so that page has a link.
      if (location !== undefined && request.method === 'GET') return void (await reply.redirect(location, 302));
      await send(reply, html, status, script);
    } catch (error) {
      if (!(error instanceof Problem) || !prefersPage(request, 'application/json')) throw error;
      if (error.retryAfter) void reply.header('retry-after', String(error.retryAfter));
      await send(reply, renderProblem(error), error.body.status);
    }
  },
  describe: ({ responses, ...json }: Described, { method }): Described => {
    const { 200: ok, ...problems } = responses as Record<string, { headers?: object }>;
    const content = { 'text/html': { schema: { type: 'string' }, example: '<!doctype html>…' } };
    const location = { Location: { description: 'Where the browser continues.', schema: { type: 'string' } } };
    const redirect = { 302: { description: 'The browser continues at the client.', headers: { ...ok?.headers, ...location } } };
    return { ...json, responses: { 200: { ...ok, description: 'A page.', content }, ...(method === 'GET' && redirect), ...problems } };
  },
});

const send = (reply: FastifyReply, html: string, status: number, script = false) =>
  reply
    .code(status)
    .header('content-security-policy', script ? SCRIPT_POLICY : POLICY)
    .type('text/html; charset=utf-8')
    .send(html);
