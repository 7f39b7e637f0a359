import { builtins } from './builtins.js';
import type { Permission } from '../registry/index.js';

/** What an app can do, other than calling apps. */
const SENTENCES: Readonly<Record<string, string>> = {
  'ai:complete': 'Use a language model, which may cost you credits.',
  'chat:send': 'Send you chat messages.',
  navigate: 'Open pages and panels on your screen.',
  'server:call': 'Send what you pass to its functions to a server outside Skep.',
  'store:read': 'Read the data that it keeps for you.',
  'store:write': 'Create, change and delete the data that it keeps for you.',
};

/** The permission to call functions of an app, or of `*`: every app that the user has installed. Anything but `read` is a write. */
export const callPermission = (app_id: string, action_type: string | null): string =>
  `call:${app_id}:${action_type === 'read' ? 'read' : 'write'}`;

/**
 * The prefix of a permission to call one installed app, which `call:*:` includes. It never includes built-in extensions, which act on
 * the account of the user. The source is also a regular expression of Postgres.
 */
export const ONE_INSTALLED_APP = new RegExp(`^call:(?!(?:${Object.keys(builtins).join('|')}):)[^:]+:`);
export const ANY_INSTALLED_APP = 'call:*:';

/** Whether a set of permissions includes one, directly or by `call:*:`. */
export const isHeld = (held: ReadonlySet<string>, permission: string): boolean =>
  held.has(permission) || held.has(permission.replace(ONE_INSTALLED_APP, ANY_INSTALLED_APP));

/** A permission with its description for users. */
export function permissionOf(id: string): Permission {
  const [scope, app_id = '', need] = id.split(':');
  if (scope === 'http') return { id, description: `Send what it knows of you to ${id.slice('http:'.length)}, a server outside Skep.` };
  const action = need === 'read' ? 'Read' : 'Change';
  const name = app_id === '*' ? 'every app that you have installed' : (builtins[app_id]?.name ?? `the app '${app_id}'`);
  return { id, description: SENTENCES[id] ?? `${action} data for you through ${name}.` };
}
