import { builtins } from './builtins.js';
import type { Permission } from './registry.js';

/** What an app can do besides calling other apps. */
const SENTENCES: Readonly<Record<string, string>> = {
  'ai:complete': 'Ask a language model, which may cost you credits.',
  'chat:send': 'Send you chat messages.',
  navigate: 'Open pages and panels on your screen.',
  'store:read': 'Read the data that it keeps for you.',
  'store:write': 'Create, change and delete the data that it keeps for you.',
};

/** The permission to call functions of an app, `*` for each one that the person has installed. What is not a read is a write. */
export const callPermission = (app_id: string, action_type: string | null): string =>
  `call:${app_id}:${action_type === 'read' ? 'read' : 'write'}`;

/**
 * The beginning of a permission to call one installed app, which `call:*:` contains. A built-in extension acts on the person's
 * account, so it is never contained. The source is also a regular expression of Postgres.
 */
export const ONE_INSTALLED_APP = new RegExp(`^call:(?!(?:${Object.keys(builtins).join('|')}):)[^:]+:`);
export const ANY_INSTALLED_APP = 'call:*:';

/** Whether a permission is among those held, by itself or within a wider one. */
export const isHeld = (held: ReadonlySet<string>, permission: string): boolean =>
  held.has(permission) || held.has(permission.replace(ONE_INSTALLED_APP, ANY_INSTALLED_APP));

/** A permission with its sentence for people. */
export function permissionOf(id: string): Permission {
  const [, app_id = '', need] = id.split(':');
  const action = need === 'read' ? 'Read' : 'Change';
  const name = app_id === '*' ? 'every app that you have installed' : (builtins[app_id]?.name ?? `the app '${app_id}'`);
  return { id, description: SENTENCES[id] ?? `${action} data for you through ${name}.` };
}
