import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** The Node that runs services and tests: the one `npm ci` installs, whatever Node the machine has. */
export const NODE = join(ROOT, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');

/** Things that cost seconds to make and can always be made again. */
export const CACHE = join(ROOT, 'node_modules/.cache/skep');
