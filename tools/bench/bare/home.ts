// A minimal service of the coach's Home screen: a NATS subscription, a prepared statement that reads the same rows, JSON.
import { connect, type Msg } from '@nats-io/transport-node';
import pg from 'pg';

const { DATABASE_URL, NATS_URL = '', NATS_USER = '', NATS_PASSWORD = '' } = process.env;
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 10, options: '-c skep.tenant=*' });
const nats = await connect({ servers: NATS_URL, user: NATS_USER, pass: NATS_PASSWORD, noAsyncTraces: true });

const name = 'home';
const text = `
  select (now() at time zone p.timezone)::date::text as date, p.updated_at as person, to_jsonb(c) as check_in, to_jsonb(b) as board,
         to_jsonb(u) as plan, to_jsonb(r) as race,
         (select jsonb_agg(h) from health_source h where h.tenant_id = $1 and h.user_id = $2 and h.disconnected_at is null) as sources,
         (select id from board where tenant_id = $1 and user_id = $2 and status = 'running' limit 1) as running
    from person p
    left join lateral (select * from check_in where tenant_id = $1 and user_id = $2 order by created_at desc limit 1) c on true
    left join lateral (
      select id, kind, activity_id, day, status, jsonb_array_length(cards) as card_count, created_at, ended_at
        from board where tenant_id = $1 and user_id = $2 order by created_at desc, id desc limit 1
    ) b on true
    left join user_event u on u.tenant_id = $1 and u.user_id = $2 and u.status = 'active'
    left join race r on r.id = u.race_id
   where p.tenant_id = $1 and p.user_id = $2`;

nats.subscribe('bare.home', { queue: 'bare-home', callback: (_, message) => void answer(message).catch(console.error) });

async function answer(message: Msg): Promise<void> {
  const { rows } = await pool.query({ name, text, values: message.json<string[]>() });
  const { date, person, check_in, board, plan, race, sources, running } = rows[0] as Record<string, Record<string, string>>;
  const changes = [person, check_in?.['created_at'], board?.['created_at'], board?.['ended_at'], plan?.['updated_at']];
  message.respond(
    JSON.stringify({
      date,
      readiness: check_in && {
        ...{ check_in_id: check_in['id'], mood: check_in['mood'], soreness: check_in['soreness'] },
        ...{ sleep_quality: check_in['sleep_quality'], created_at: check_in['created_at'] },
      },
      active_event: plan && { ...plan, event_id: plan['race_id'], event: race },
      latest_board: board,
      pending: { check_in: !check_in, board_id: running },
      connections: sources ?? [],
      updated_at: new Date(Math.max(...changes.map((at) => Number(new Date((at as string | undefined) ?? 0))))),
    }),
  );
}

await nats.flush();
process.once('disconnect', () => process.exit()).send?.('ready');
