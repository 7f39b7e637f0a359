import * as common from './en/common.js';
import * as account from './en/account.js';
import * as apps from './en/apps.js';
import * as coach from './en/coach.js';
import * as money from './en/money.js';

/** Every text of the app, in the language of the build. A translation is another folder beside `en` with the same exports. */
export const m = { locale: 'en', ...common, ...account, ...apps, ...coach, ...money } as const;
