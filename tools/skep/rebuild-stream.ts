import type { Command } from '../cli/commands.ts';
import pg from 'pg';
import { codeOf, Fault, messageOf } from '../setup/fault.mjs';
import { databaseUrlOf } from '../start/installation.ts';

const DAYS = 7; // outboxes keep sent events for seven days

export const commands: Command[] = [
  {
    usage: 'rebuild-stream SERVICE [--since ISO]',
    summary: `Makes a running service publish its events of the last ${DAYS} days, or since a time, again, to rebuild a lost stream`,
    example: 'rebuild-stream billing --since 2030-01-31T08:00:00Z',
    run: ({ args: [name = ''], values: { since } }) => rebuild(name, parseTime(since)),
  },
];

async function rebuild(name: string, since: Date): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrlOf(name), connectionTimeoutMillis: 10_000 });
  await client.connect().catch((error) => {
    throw new Fault(`Cannot connect to the database of ${name} (${messageOf(error) || codeOf(error)}). Is Skep running?`);
  });
  try {
    const { rowCount } = await client.query('update outbox set sent_at = null where created_at >= $1 and sent_at is not null', [since]);
    console.log(
      `${name} publishes ${rowCount} event${rowCount === 1 ? '' : 's'} since ${since.toISOString()} again. Consumers skip those that they have already consumed.`,
    );
  } catch (error) {
    if (codeOf(error) === '42P01') throw new Fault(`${name} has no outbox yet. Start the service once.`);
    throw error;
  } finally {
    await client.end();
  }
}

function parseTime(text: string | undefined): Date {
  const since = text === undefined ? new Date(Date.now() - DAYS * 24 * 3600 * 1000) : new Date(text);
  if (Number.isNaN(since.getTime())) throw new Fault(`--since needs a time such as 2030-01-31T08:00:00Z, not '${text}'.`);
  return since;
}
