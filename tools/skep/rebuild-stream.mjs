import { parseArgs } from 'node:util';
import { Fault } from '../setup/fault.mjs';
import { databaseUrlOf } from '../start/installation.mjs';

const DAYS = 7; // as long as outboxes keep what they have sent

export const summary = `Has a running service tell its events since a moment (default: ${DAYS} days ago) again, into a stream that was lost`;
export const usage = 'rebuild-stream SERVICE [--since ISO]';

export async function run(args) {
  const { name, since } = read(args);
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: databaseUrlOf(name), connectionTimeoutMillis: 10_000 });
  await client.connect().catch((error) => {
    throw new Fault(`No connection to the database of ${name} (${error.message || error.code}). Is Skep running?`);
  });
  try {
    const { rowCount } = await client.query('update outbox set sent_at = null where created_at >= $1 and sent_at is not null', [since]);
    console.log(
      `${name} tells ${rowCount} event${rowCount === 1 ? '' : 's'} since ${since.toISOString()} again. Those who have taken one already pass it over.`,
    );
  } catch (error) {
    if (error.code === '42P01') throw new Fault(`${name} has no outbox yet. Start it once.`);
    throw error;
  } finally {
    await client.end();
  }
}

function read(args) {
  const { positionals, values } = parse(args);
  if (positionals.length > 1) throw new Fault(`One service at a time: ${usage}.`);
  const since = values.since === undefined ? new Date(Date.now() - DAYS * 24 * 3600 * 1000) : new Date(values.since);
  if (Number.isNaN(since.getTime())) throw new Fault(`--since takes a moment as in 2030-01-31T08:00:00Z, not '${values.since}'.`);
  return { name: positionals[0], since };
}

function parse(args) {
  try {
    return parseArgs({ args, allowPositionals: true, options: { since: { type: 'string' } } });
  } catch (error) {
    throw new Fault(`${error.message.split('. ')[0]}. See npm run skep -- rebuild-stream --help.`);
  }
}
