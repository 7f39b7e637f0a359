import * as common from './en/common.js';
import * as account from './en/account.js';
import * as admin from './en/admin.js';
import * as apps from './en/apps.js';
import * as coach from './en/coach.js';
import * as developers from './en/developers.js';
import * as agents from './en/agents.js';
import * as reach from './en/agent-reach.js';
import * as work from './en/agent-work.js';
import * as chat from './en/chat.js';
import * as money from './en/money.js';
import * as review from './en/review.js';
import * as trace from './en/trace.js';

/** Every text of the app, in the language of the build. A translation is another folder beside `en` with the same exports. */
export const m = {
  locale: 'en',
  ...{ ...common, ...account, ...apps, ...money },
  ...{ ...chat, ...agents, ...reach, ...work },
  ...{ ...coach, ...developers, ...review },
  ...{ ...admin, ...trace },
} as const;
