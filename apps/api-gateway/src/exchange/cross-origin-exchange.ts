import { ANY_ORIGIN } from '../http/any-origin.js';
import type { Exchange } from '../route.js';
import { jsonExchange } from './json-exchange.js';

/** JSON that pages of any origin may read. For public data only: no credential comes with it. */
export const crossOriginExchange: Exchange = {
  ...jsonExchange,
  name: 'crossOrigin',
  answer: (call) => {
    void call.reply.headers(ANY_ORIGIN);
    return jsonExchange.answer(call);
  },
};
