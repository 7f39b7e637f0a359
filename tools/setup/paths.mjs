import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root folder of the checkout. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** The Node that runs services and tests: the one that `npm ci` installs, not the host's. */
export const NODE = join(ROOT, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');

/** The folder of files that take seconds to create and can always be created again. */
export const CACHE = join(ROOT, 'node_modules/.cache/skep');
