import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { generate } from '../generate/files.ts';
import { ROOT } from '../setup/paths.mjs';

test('the generated files are those of npm run generate', async () => {
  const generated = Object.entries(await generate());
  expect(generated.length).toBeGreaterThan(8);
  for (const [file, text] of generated) expect({ file, text: readFileSync(join(ROOT, file), 'utf8') }).toEqual({ file, text });
});
