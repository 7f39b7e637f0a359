import * as common from './en/common.js';
import * as account from './en/account.js';
import * as apps from './en/apps.js';
import * as coach from './en/coach.js';
import * as developers from './en/developers.js';
import * as money from './en/money.js';
import * as review from './en/review.js';

/** Every text of the app, in the language of the build. A translation is another folder beside `en` with the same exports. */
export const m = { locale: 'en', ...common, ...account, ...apps, ...coach, ...developers, ...money, ...review } as const;
