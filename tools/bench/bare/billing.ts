// A minimal billing service: a NATS subscription, a prepared statement, JSON.
import { connect, type Msg } from '@nats-io/transport-node';
import pg from 'pg';

const { DATABASE_URL, NATS_URL = '', NATS_USER = '', NATS_PASSWORD = '' } = process.env;
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 10 });
const nats = await connect({ servers: NATS_URL, user: NATS_USER, pass: NATS_PASSWORD, noAsyncTraces: true });

const name = 'balance';
const text = `
  select balance, held, 'token' as currency, updated_at, plan, status, greatest(balance, included_tokens) as cap, included_tokens
    from wallet where tenant_id = $1 and user_id = $2`;
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

nats.subscribe('bare.balance', {
  queue: 'bare-billing',
  callback: (_, message) => void answer(message).catch(console.error),
});

async function answer(message: Msg): Promise<void> {
  const { rows } = await pool.query({ name, text, values: message.json<string[]>() });
  message.respond(JSON.stringify(rows[0]));
}

await nats.flush();
process.once('disconnect', () => process.exit()).send?.('ready');
