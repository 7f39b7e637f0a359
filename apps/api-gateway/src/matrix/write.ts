import { writeFile } from 'node:fs/promises';
import { routes } from '../routes/index.js';
import { matrix } from './document.js';

// Writes the committed docs/authorisation-matrix.md, whose differences a reviewer reads.
await writeFile(new URL('../../../../../docs/authorisation-matrix.md', import.meta.url), matrix(routes));
