import type pg from 'pg';
import { checkDatabase } from '../cli/check-database.ts';
import type { Command } from '../cli/commands.ts';

export const commands: Command[] = [
  {
    usage: 'ledger check [URL]',
    summary: 'Checks every wallet, ledger entry, hold and debt, and lists inconsistencies',
    example: 'ledger check',
    run: ({ args: [url] }) => checkDatabase('billing', url, 'check_ledger', summarize),
  },
];

async function summarize(client: pg.Client): Promise<void> {
  const { rows } = await client.query<Record<'wallets' | 'entries' | 'holds' | 'credits' | 'held' | 'owed', string>>(`
    select (select count(*) from wallet) as wallets, (select count(*) from ledger_entry) as entries, (select count(*) from hold) as holds,
           (select coalesce(sum(balance), 0) from wallet) as credits, (select coalesce(sum(held), 0) from wallet) as held,
           (select coalesce(sum(amount - paid), 0) from debt) as owed`);
  const { wallets, entries, holds, credits, held, owed } = rows[0] ?? {};
  console.log(`${wallets} wallets with ${credits} credits (${held} held, ${owed} owed), ${entries} entries, ${holds} holds.`);
}
