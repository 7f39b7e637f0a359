import type { Command, Input } from '../cli/commands.ts';
import pg from 'pg';
import { databaseUrlOf } from '../start/installation.ts';
import { Fault, messageOf } from '../setup/fault.mjs';

export const commands: Command[] = [
  {
    usage: 'ledger check [URL]',
    summary: 'Checks every wallet, ledger entry, hold and debt, and lists inconsistencies',
    example: 'ledger check',
    run: check,
  },
];

/** Read-only check of the local installation, or of the billing database at `url`. @throws Fault if it finds inconsistencies */
async function check({ args: [url] }: Input): Promise<void> {
  const client = new pg.Client({ connectionString: url ?? databaseUrlOf('billing'), connectionTimeoutMillis: 5_000 });
  try {
    await client.connect();
  } catch (error) {
    throw new Fault(`Cannot connect to the database of billing (${messageOf(error)}). Is Skep running?`);
  }
  try {
    const { rows: violations } = await client.query<{ violation: string; subject: string; detail: string }>(
      'select violation, subject, detail from check_ledger()',
    );
    const { rows } = await client.query<Record<'wallets' | 'entries' | 'holds' | 'credits' | 'held' | 'owed', string>>(`
      select (select count(*) from wallet) as wallets, (select count(*) from ledger_entry) as entries, (select count(*) from hold) as holds,
             (select coalesce(sum(balance), 0) from wallet) as credits, (select coalesce(sum(held), 0) from wallet) as held,
             (select coalesce(sum(amount - paid), 0) from debt) as owed`);
    const { wallets, entries, holds, credits, held, owed } = rows[0] ?? {};
    for (const { violation, subject, detail } of violations) console.log(`${violation}  ${subject}  ${detail}`);
    console.log(`${wallets} wallets with ${credits} credits (${held} held, ${owed} owed), ${entries} entries, ${holds} holds.`);
    if (violations.length) throw new Fault(`${violations.length} inconsistencies.`);
    console.log('No inconsistencies.');
  } finally {
    await client.end();
  }
}
