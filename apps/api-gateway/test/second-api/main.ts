import type { Env } from '@skep/platform';
import { apis } from '../../src/apis/index.js';
import { start as startGateway } from '../../src/main.js';
import { tiny } from './api.js';
import { forApps } from './for-apps.js';

/** Starts the gateway with the APIs of the tests. */
export const start = (env: Env) => startGateway(env, [...apis, tiny, forApps]);
