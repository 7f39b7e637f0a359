// Run by tools/skep/events.ts, with FILE and TENANT in its environment.
import { coach, type WriteRace } from '@skep/contracts/coach';
import { Problem } from '@skep/contracts';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { problemText } from '../cli/problem-text.ts';
import { messageOf } from '../setup/fault.mjs';
import { asOperator } from './bus.ts';

const LINE_MS = 10_000;
const { FILE = '', TENANT: tenant_id = 'default' } = process.env;

await asOperator('import-races', async (bus, ctx) => {
  const counts = { added: 0, replaced: 0, refused: 0 };
  let line = 0;
  for await (const text of createInterface({ input: createReadStream(FILE), crlfDelay: Infinity })) {
    line++;
    if (!text.trim()) continue;
    try {
      const race = { ...(JSON.parse(text) as WriteRace), tenant_id };
      const { created } = await bus.call(coach.writeRace, { ...ctx, deadline: Date.now() + LINE_MS }, race);
      counts[created ? 'added' : 'replaced']++;
    } catch (error) {
      const isOfLine = error instanceof SyntaxError || (error instanceof Problem && error.body.status < 500);
      if (!isOfLine) throw error;
      counts.refused++;
      console.error(`Line ${line}: ${error instanceof Problem ? problemText(error.body) : messageOf(error)}`);
    }
  }
  console.log(`${counts.added} races added, ${counts.replaced} replaced, ${counts.refused} lines refused.`);
  if (counts.refused) process.exitCode = 1;
});
