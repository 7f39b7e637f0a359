import { actions } from './actions.js';
import { callTokens } from './call-tokens.js';
import { code } from './code.js';
import { confirmations } from './confirmations.js';
import { consent } from './consent.js';
import { deploys } from './deploys.js';
import { documents } from './documents.js';
import { extCache } from './ext-cache.js';
import { fairness } from './fairness.js';
import { files } from './files.js';
import { idempotency } from './idempotency.js';
import { mcpTools } from './mcp-tools.js';
import { scopes } from './scopes.js';
import { servers } from './servers.js';
import { storage } from './storage.js';
import { tasks } from './tasks.js';
import { traces } from './traces.js';
import { webhooks } from './webhooks.js';

/** Every planted bug. */
export const mutants = [
  ...actions,
  ...callTokens,
  ...code,
  ...confirmations,
  ...consent,
  ...deploys,
  ...documents,
  ...extCache,
  ...fairness,
  ...files,
  ...idempotency,
  ...mcpTools,
  ...scopes,
  ...servers,
  ...storage,
  ...tasks,
  ...traces,
  ...webhooks,
];
