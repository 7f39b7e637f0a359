import { Problem } from '@skep/contracts';
import type { FinishedConnection } from '@skep/contracts/connections';
import { renderConnectionPage } from '../pages/connection-page.js';
import { escapeHtml, prefersPage, renderPage, renderProblem, sendPage } from '../pages/page.js';
import type { Described, Exchange, RouteCall } from '../route.js';

/** What the operation of a redirect returns: where the browser continues, what to ask the person, or the text of a page. */
export type Redirection = Pick<FinishedConnection, 'location' | 'question' | 'title' | 'message'>;

/**
 * For browsers that another party sends: they continue at the address that the operation returns, or see a page, also about a problem.
 * @param found the status with which a GET is redirected; a form is redirected with 303
 */
export const redirectExchangeOf = (found: 302 | 303): Exchange => ({
  name: 'redirect',
  fills: [],
  config: { form: true },
  answer: async ({ request, reply, forward }: RouteCall): Promise<void> => {
    void reply.headers({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
    try {
      const { bytes } = await forward();
      const { location, question, title, message } = JSON.parse(Buffer.from(bytes).toString()) as Redirection;
      if (location !== undefined) return void (await reply.redirect(location, request.method === 'GET' ? found : 303));
      if (question) return sendPage(reply, renderConnectionPage(title, message, question));
      sendPage(reply, renderPage(title, `<p role="status">${escapeHtml(message)}</p>`));
    } catch (error) {
      if (!(error instanceof Problem) || !prefersPage(request, 'application/json')) throw error;
      void reply.code(error.body.status);
      sendPage(reply, renderProblem(error));
    }
  },
  describe: ({ responses, ...json }: Described, { method }): Described => {
    const { 200: ok, ...problems } = responses as Record<string, { headers?: object }>;
    const location = { Location: { description: 'Where the browser continues.', schema: { type: 'string' } } };
    return {
      ...json,
      responses: {
        200: {
          ...ok,
          description: 'A page that says how it went, or asks.',
          content: { 'text/html': { schema: { type: 'string' }, example: '<!doctype html>…' } },
        },
        [method === 'GET' ? found : 303]: {
          description: 'The browser continues at another address.',
          headers: { ...ok?.headers, ...location },
        },
        ...problems,
      },
    };
  },
});
