import { Forbidden } from '../problem.js';
import { holdsScope } from '../auth/scope.js';

/** Who asks. */
interface Caller {
  user: string;
  role: string;
  scopes: readonly string[];
}
/** `access_policy` of the settings of an app: `{mode: 'public' | 'restricted', required_scopes, exceptions: {denied_roles, denied_users}}`. */
interface AccessPolicy {
  mode?: unknown;
  required_scopes?: unknown;
  exceptions?: { denied_roles?: unknown; denied_users?: unknown } | null;
}

/**
 * Whether the access policy of an app lets a user install and call it. Of a restricted app they need every scope. A restricted app whose scopes are
 * no list is closed to everyone.
 */
export function admits(policy: unknown, { user, role, scopes }: Caller): boolean {
  if (typeof policy !== 'object' || policy === null) return true;
  const { mode, required_scopes = [], exceptions } = policy as AccessPolicy;
  if (includes(exceptions?.denied_users, user) || includes(exceptions?.denied_roles, role)) return false;
  return mode !== 'restricted' || (Array.isArray(required_scopes) && required_scopes.every((scope) => holdsScope(scopes, String(scope))));
}

/** The access policy of the app excludes the caller. */
export const NotAdmitted = () => Forbidden('The access policy of this app does not admit you. Ask your administrator.');

const includes = (list: unknown, value: string) => Array.isArray(list) && list.includes(value);
