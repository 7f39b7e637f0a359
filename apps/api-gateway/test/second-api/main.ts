import type { Env } from '@skep/platform';
import { apis } from '../../src/apis/index.js';
import { start as startGateway } from '../../src/main.js';
import { tiny } from './api.js';

/** Starts the gateway with the second API. */
export const start = (env: Env) => startGateway(env, [...apis, tiny]);
