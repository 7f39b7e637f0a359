import { kernel } from '@skep/contracts/kernel';
import { type Call, loadOf, openBus } from '../bus.ts';
import { contest, type Contestant, type Result } from '../contest.ts';
import { ownClients, type Query } from '../pgbench.ts';
import type { Measurement } from '../measurement.ts';

const AT_ONCE = 64;
const USERS = 200;
const CALLER = { tenant: 'default', actor: 'service:bench' };
const COLLECTION = { extension_id: 'bench', tenant_id: 'default', collection: 'note' };
const ROWS = `tenant_id = 'default' and user_id = $1 and app_id = 'bench' and collection = 'note' and deleted_at is null`;
const COLUMNS = 'id, data, created_at, updated_at';

export const description = 'documents created, read and queried over the bus, compared with pg on the same rows';

/** One kind of request, of the service and by hand. */
interface Pair {
  name: string;
  skep(call: Call, user_id: string): Promise<unknown>;
  byHand(query: Query, user_id: string): Promise<unknown>;
}

let created = 0;
const known = new Map<string, string>();
const PAIRS: Pair[] = [
  {
    name: 'create',
    skep: (call, user_id) => call(kernel.createDocument, CALLER, { ...COLLECTION, user_id, data: { n: created++ } }),
    byHand: (query, user_id) =>
      query(
        'create',
        `insert into document (id, tenant_id, user_id, app_id, collection, data, bytes) values ($2, 'default', $1, 'by-hand', 'note', $3, 10) returning ${COLUMNS}`,
        [user_id, `doc_by_hand_${process.pid}_${created++}`, JSON.stringify({ n: created })],
      ),
  },
  {
    name: 'get',
    skep: (call, user_id) => call(kernel.getDocument, CALLER, { ...COLLECTION, user_id, doc_id: known.get(user_id)! }),
    byHand: (query, user_id) => query('get', `select ${COLUMNS} from document where ${ROWS} and id = $2`, [user_id, known.get(user_id)]),
  },
  {
    name: 'query',
    skep: (call, user_id) => call(kernel.queryDocuments, CALLER, { ...COLLECTION, user_id, where: { n: { $gte: 5 } }, limit: 10 }),
    byHand: (query, user_id) =>
      query('query', `select ${COLUMNS} from document where ${ROWS} and (data -> 'n')::int >= 5 order by id desc limit 11`, [user_id]),
  },
];

export const run: Measurement['run'] = async (skep, options) => {
  const call = await openBus(skep);
  const { kernel: service, nats, postgres } = skep.pids;
  for (let n = 0; n < USERS; n++)
    for (let i = 0; i < 10; i++) {
      const { id } = await call(kernel.createDocument, CALLER, { ...COLLECTION, user_id: `imp_u_${n}`, data: { n: i } });
      known.set(`imp_u_${n}`, id);
    }
  const any = () => `imp_u_${Math.floor(Math.random() * USERS)}`;
  const url = `${skep.databases.kernel.url}?options=${encodeURIComponent('-c skep.tenant=default')}`;
  const drivers: { close(): Promise<unknown> }[] = [];
  const contestants = PAIRS.toSorted((a, b) => b.name.localeCompare(a.name)).flatMap((pair): Contestant[] => {
    const driver = ownClients(url, (query) => pair.byHand(query, any()));
    drivers.push(driver);
    return [
      { name: `skep, ${pair.name}`, driver: loadOf(() => pair.skep(call, any()), AT_ONCE), pids: { kernel: service, nats, postgres } },
      { name: `pg, ${pair.name}`, driver, pids: { postgres } },
    ];
  });
  try {
    const results = await contest('store', contestants, options);
    const title = `createDocument, getDocument, queryDocuments over the bus, ${AT_ONCE} at once; pg with 16 clients`;
    return {
      title,
      results,
      targets: PAIRS.map(({ name }) => ({ name: `skep / pg, ${name}`, value: ratio(results, name), atLeast: 0.7 })),
    };
  } finally {
    await Promise.all(drivers.map((driver) => driver.close()));
  }
};

const ratio = (results: Record<string, Result>, name: string) =>
  (results[`skep, ${name}`]?.rps ?? Number.NaN) / (results[`pg, ${name}`]?.rps ?? Number.NaN);
