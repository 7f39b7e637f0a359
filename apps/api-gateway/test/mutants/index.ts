import { attestation } from './attestation.js';
import { boards } from './boards.js';
import { extensionTokens } from './extension-tokens.js';
import { files } from './files.js';
import { icons } from './icons.js';
import { inputs } from './inputs.js';
import { limits } from './limits.js';
import { mcp } from './mcp.js';
import { scopes } from './scopes.js';
import { security } from './security.js';
import { serviceTokens } from './service-tokens.js';
import { sockets } from './sockets.js';
import { streams } from './streams.js';
import { updates } from './updates.js';
import { webSessions } from './web-sessions.js';
import { webhooks } from './webhooks.js';

/** Every planted bug. */
export const mutants = [
  ...attestation,
  ...boards,
  ...extensionTokens,
  ...files,
  ...icons,
  ...inputs,
  ...limits,
  ...mcp,
  ...scopes,
  ...security,
  ...serviceTokens,
  ...sockets,
  ...streams,
  ...updates,
  ...webSessions,
  ...webhooks,
];
