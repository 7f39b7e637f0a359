import type { Apis } from '../api.js';
import { agent } from './agent/index.js';
import { cloud } from './cloud/index.js';
import { coachApi } from './coach/index.js';
import { legacy } from './legacy/index.js';
import { mcp } from './mcp/index.js';
import { oauth } from './oauth/index.js';
import { scimApi } from './scim/index.js';
import { servers } from './servers/index.js';

/** Every public API. */
export const apis: Apis = [cloud, agent, legacy, oauth, mcp, servers, scimApi, coachApi];
