import { Problem } from '@skep/contracts';
import { escapeHtml, prefersPage, renderPage, sendPage } from '../pages/page.js';
import type { Described, Exchange, RouteCall } from '../route.js';

/** What the operation of a redirect returns. */
export interface Redirection {
  /** Where to send the browser. Left out: a page with the text. */
  location?: string;
  title: string;
  message: string;
}

/** For browsers that another party sends: they continue at the address that the operation returns, or see a page with its text, also about a problem. */
export const redirectExchange: Exchange = {
  name: 'redirect',
  fills: [],
  config: {},
  answer: async ({ request, reply, forward }: RouteCall): Promise<void> => {
    void reply.headers({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
    try {
      const { bytes } = await forward();
      const { location, title, message } = JSON.parse(Buffer.from(bytes).toString()) as Redirection;
      if (location !== undefined) return void (await reply.redirect(location, 302));
      sendPage(reply, renderPage(title, `<p role="status">${escapeHtml(message)}</p>`));
    } catch (error) {
      if (!(error instanceof Problem) || !prefersPage(request, 'application/json')) throw error;
      const { status, title, detail } = error.body;
      void reply.code(status);
      sendPage(reply, renderPage('This did not work', `<p role="alert">${escapeHtml(typeof detail === 'string' ? detail : title)}</p>`));
    }
  },
  describe: ({ responses, ...json }: Described): Described => {
    const { 200: ok, ...problems } = responses as Record<string, { headers?: object }>;
    const location = { Location: { description: 'Where the browser continues.', schema: { type: 'string' } } };
    return {
      ...json,
      responses: {
        200: {
          ...ok,
          description: 'A page that says how it went.',
          content: { 'text/html': { schema: { type: 'string' }, example: '<!doctype html>…' } },
        },
        302: { description: 'The browser continues at another address.', headers: { ...ok?.headers, ...location } },
        ...problems,
      },
    };
  },
};
