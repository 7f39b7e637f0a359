import { writeFile } from 'node:fs/promises';
import { apis } from '../apis/index.js';
import { renderMatrix } from './document.js';

// Writes the committed matrices, so that reviewers see changes of access in the diff.
for (const api of apis) await writeFile(new URL(`../../../../../${api.files.matrix}`, import.meta.url), renderMatrix(api));
