import pg from 'pg';

/** Runs work with a connection. @param options of the session, such as `-c synchronous_commit=off` */
export async function connected<T>(connectionString: string, work: (client: pg.Client) => Promise<T>, options?: string): Promise<T> {
  const client = new pg.Client({ connectionString, ...(options && { options }) });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** @throws Error with the first inconsistency that check_ledger() finds */
export async function assertLedger(client: pg.Client): Promise<void> {
  const { rows } = await client.query('select * from check_ledger() limit 1');
  if (rows.length) throw new Error(`the ledger is inconsistent: ${JSON.stringify(rows[0])}`);
}
