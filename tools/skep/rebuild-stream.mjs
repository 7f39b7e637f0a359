import { Fault } from '../setup/fault.mjs';
import { databaseUrlOf } from '../start/installation.mjs';

const DAYS = 7; // as long as outboxes keep what they have sent

/** @type {import('../cli/commands.mjs').Command[]} */
export const commands = [
  {
    usage: 'rebuild-stream SERVICE [--since ISO]',
    summary: `Has a running service tell its events since a moment (default: ${DAYS} days ago) again, into a stream that was lost`,
    example: 'rebuild-stream billing --since 2030-01-31T08:00:00Z',
    run: ({ args: [name], values: { since } }) => rebuild(name, moment(since)),
  },
];

async function rebuild(name, since) {
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

function moment(text) {
  const since = text === undefined ? new Date(Date.now() - DAYS * 24 * 3600 * 1000) : new Date(text);
  if (Number.isNaN(since.getTime())) throw new Fault(`--since takes a moment as in 2030-01-31T08:00:00Z, not '${text}'.`);
  return since;
}
