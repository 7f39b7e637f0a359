import { databaseUrlOf } from '../start/installation.mjs';
import { Fault } from '../setup/fault.mjs';

/** @type {import('../cli/commands.mjs').Command[]} */
export const commands = [
  {
    usage: 'ledger check [URL]',
    summary: 'Checks every wallet, entry, hold and debt of the installation, and names what does not add up',
    example: 'ledger check',
    run: check,
  },
];

/** Reads only, from the local installation or from the database of billing at URL. Fails when anything does not add up. */
async function check({ args: [url] }) {
  const { default: pg } = await import('pg').catch(() => {
    throw new Fault('Run npm install first.');
  });
  const client = new pg.Client({ connectionString: url ?? databaseUrlOf('billing'), connectionTimeoutMillis: 5_000 });
  try {
    await client.connect();
  } catch (error) {
    throw new Fault(`The database of billing does not answer (${error.message}). Is Skep running?`);
  }
  try {
    const { rows: violations } = await client.query('select violation, subject, detail from check_ledger()');
    const { rows } = await client.query(`
      select (select count(*) from wallet) as wallets, (select count(*) from ledger_entry) as entries, (select count(*) from hold) as holds,
             (select coalesce(sum(balance), 0) from wallet) as credits, (select coalesce(sum(held), 0) from wallet) as held,
             (select coalesce(sum(amount - paid), 0) from debt) as owed`);
    const { wallets, entries, holds, credits, held, owed } = rows[0];
    for (const { violation, subject, detail } of violations) console.log(`${violation}  ${subject}  ${detail}`);
    console.log(`${wallets} wallets with ${credits} credits (${held} held, ${owed} owed), ${entries} entries, ${holds} holds.`);
    if (violations.length) throw new Fault(`${violations.length} things do not add up.`);
    console.log('Everything adds up.');
  } finally {
    await client.end();
  }
}
