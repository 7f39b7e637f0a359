import { writeFile } from 'node:fs/promises';
import { routes } from '../routes/index.js';
import { renderMatrix } from './document.js';

// Writes the committed docs/authorisation-matrix.md, so that reviewers see changes of access in the diff.
await writeFile(new URL('../../../../../docs/authorisation-matrix.md', import.meta.url), renderMatrix(routes));
