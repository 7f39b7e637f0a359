import { mkdir, writeFile } from 'node:fs/promises';
import { apis } from '../apis/index.js';
import { openApi } from './document.js';

// Writes the committed documents, whose differences a reviewer reads.
for (const api of apis) {
  const file = new URL(`../../../../../${api.files.openapi}`, import.meta.url);
  await mkdir(new URL('.', file), { recursive: true });
  await writeFile(file, `${JSON.stringify(openApi(api), null, 2)}\n`);
}
