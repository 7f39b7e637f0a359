import { agent } from '../agent/index.js';
import { auth } from '../auth/index.js';
import { automation } from '../automation/index.js';
import { billing } from '../billing/index.js';
import { builtins } from './builtins.js';
import { channels } from '../channels/index.js';
import { coach } from '../coach/index.js';
import { connections } from '../connections/index.js';
import type { Contract } from '../define.js';
import { FEED_SCOPES, kernel } from '../kernel/index.js';
import { marketplace } from '../marketplace/index.js';
import { models } from '../models/index.js';
import { nodes } from '../nodes/index.js';
import { portal } from '../portal/index.js';
import { registry } from '../registry/index.js';

const CONTEXTS = [
  agent,
  auth,
  automation,
  billing,
  channels,
  coach,
  connections,
  kernel,
  marketplace,
  models,
  nodes,
  portal,
  registry,
].flatMap((contract: Contract) => Object.values(contract).map(({ context }) => context));
/** App ids of the platform that existing clients were written for. */
const PUBLISHED = ['admin', 'mail', 'notes', 'web-tools', 'hello-world', 'sharelock-v2'];
/** What the first or second part of a permission or capability can be, other than an app id. */
const IN_PERMISSIONS = ['ai', 'call', 'chat', 'extensions', 'http', 'navigate', 'server', 'store'];
/** Names that could be mistaken for the platform itself. */
const OURS =
  'agent api api-gateway auth-gateway automation coach developer-portal events mcp me notification platform server-card service skep system task web'.split(
    ' ',
  );

/** Ids that developers cannot use: the id of an app is the scope of its events, permissions and routes. */
export const RESERVED_APP_IDS: ReadonlySet<string> = new Set([
  ...CONTEXTS,
  ...Object.keys(builtins),
  ...FEED_SCOPES,
  ...PUBLISHED,
  ...IN_PERMISSIONS,
  ...OURS,
]);
