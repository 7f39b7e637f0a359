import { writeFile } from 'node:fs/promises';
import { routes } from '../routes/index.js';
import { openApi } from './document.js';

// Writes the committed openapi.json, whose differences a reviewer reads.
await writeFile(new URL('../../../../../openapi.json', import.meta.url), `${JSON.stringify(openApi(routes), null, 2)}\n`);
