import { BrowserCookie } from '../http/browser-cookie.js';
import type { Exchange } from '../route.js';

/**
 * An exchange for requests of one browser, without an account: the operation gets the secret of the browser's cookie as `browser`, which is
 * empty without the cookie. `greets`: a browser that has no cookie gets one. Pages of other sites cannot send requests with it (`SameSite=Lax`).
 */
export const ofBrowser = (exchange: Exchange, { greets = false } = {}): Exchange => ({
  ...exchange,
  name: `${exchange.name} of a browser`,
  fills: [...exchange.fills, 'browser'],
  answer: (call) => {
    const cookie = call.get(BrowserCookie);
    const browser = greets ? cookie.greet(call.request, call.reply) : cookie.find(call.request);
    return exchange.answer({ ...call, forward: (filled, onPart) => call.forward({ ...filled, browser }, onPart) });
  },
});
