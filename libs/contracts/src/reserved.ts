import { auth } from './auth/index.js';
import { billing } from './billing/index.js';
import { builtins } from './builtins.js';
import type { Contract } from './define.js';
import { FEED_SCOPES, kernel } from './kernel.js';
import { marketplace } from './marketplace.js';
import { portal } from './portal/index.js';
import { registry } from './registry.js';

const CONTEXTS = [auth, billing, kernel, marketplace, portal, registry].flatMap((contract: Contract) =>
  Object.values(contract).map(({ context }) => context),
);
/** Of the platform these clients come from. */
const PUBLISHED = ['admin', 'mail', 'notes', 'web-tools', 'hello-world', 'sharelock-v2'];
/** What a permission or a capability can be about besides an app. */
const IN_PERMISSIONS = ['ai', 'call', 'chat', 'extensions', 'navigate', 'store'];
/** Names in which somebody could take an app for the platform itself. */
const OURS =
  'agent api api-gateway auth-gateway automation coach developer-portal events mcp me notification platform server-card service skep system task web'.split(
    ' ',
  );

/** Ids that no developer may take: an app's id is the scope of its events, of its permissions and of its routes. */
export const RESERVED_APP_IDS: ReadonlySet<string> = new Set([
  ...CONTEXTS,
  ...Object.keys(builtins),
  ...FEED_SCOPES,
  ...PUBLISHED,
  ...IN_PERMISSIONS,
  ...OURS,
]);
