import { kernel } from '@skep/contracts/kernel';
import { tablesOf } from '@skep/platform';
import { openTestDatabase } from '@skep/testkit';
import { CollectionPages } from '../../../apps/kernel/dist/src/store/collection-pages.js';
import { CollectionRepository } from '../../../apps/kernel/dist/src/store/collection.repository.js';
import { toConditions } from '../../../apps/kernel/dist/src/store/where.js';
import { service } from '../../../apps/kernel/dist/src/main.js';
import { type Call, loadOf, openBus } from '../bus.ts';
import { contest, type Contestant, type Result } from '../contest.ts';
import { CLIENTS, ownClients, type Query } from '../pgbench.ts';
import type { Measurement } from '../measurement.ts';
import type { Skep } from '../skep.ts';

const AT_ONCE = 64;
const USERS = 200;
const DOCUMENTS = 20;
const TENANT = 'default';
const CALLER = { tenant: TENANT, actor: 'service:bench' };
const QUOTA = 2 ** 40;
const WHERE = { n: { $gte: 5 } };
const LIMIT = 10;
const ROWS = `tenant_id = '${TENANT}' and user_id = $1 and app_id = 'bench' and collection = 'note' and deleted_at is null`;
const MATCHES = `${ROWS} and (data -> 'n')::int >= 5`;
/** What an answer consists of, without an etag. */
const COLUMNS = 'id, collection, data, app_id as extension_id, tenant_id, user_id, created_at, updated_at';

export const description = 'documents created, read and queried: the repository, and over the bus, compared with pg on the same rows';

/** A user, and one of their documents. */
interface Owner {
  user_id: string;
  doc_id: string;
}
/** One kind of request: of the repository in this process, of the service over the bus, and by hand. */
interface Rival {
  name: string;
  store(store: Store, owner: Owner): Promise<unknown>;
  bus(call: Call, owner: Owner): Promise<unknown>;
  byHand(query: Query, owner: Owner): Promise<unknown>;
}
type Store = Awaited<ReturnType<typeof openStore>>;

let created = 0;
const note = { tenant_id: TENANT, app_id: 'bench', collection: 'note' };
const reference = { tenant_id: TENANT, extension_id: 'bench', collection: 'note' };
// Reads come first, and see no document that a create has added.
const RIVALS: Rival[] = [
  {
    name: 'get',
    store: ({ documents }, { user_id, doc_id }) => documents.get(note, doc_id, user_id),
    bus: (call, owner) => call(kernel.getDocument, CALLER, { ...reference, ...owner }),
    byHand: (query, { user_id, doc_id }) => query('get', `select ${COLUMNS} from document where ${ROWS} and id = $2`, [user_id, doc_id]),
  },
  {
    name: 'query',
    store: ({ pages }, { user_id }) => pages.query({ ...note, user_id }, { conditions: toConditions(WHERE) }, { limit: LIMIT }),
    bus: (call, { user_id }) => call(kernel.queryDocuments, CALLER, { ...reference, user_id, where: WHERE, limit: LIMIT }),
    byHand: async (query, { user_id }) => {
      await query('query', `select ${COLUMNS} from document where ${MATCHES} order by id desc limit ${LIMIT + 1}`, [user_id]);
      await query('count', `select count(*) from document where ${MATCHES}`, [user_id]);
    },
  },
  {
    name: 'create',
    store: ({ documents }, { user_id }) => documents.create({ ...note, collection: 'new', user_id }, { n: created++ }, QUOTA),
    bus: (call, { user_id }) => call(kernel.createDocument, CALLER, { ...reference, collection: 'new', user_id, data: { n: created++ } }),
    byHand: (query, { user_id }) =>
      query(
        'create',
        `insert into document (id, tenant_id, user_id, app_id, collection, data, bytes) values ($2, '${TENANT}', $1, 'by-hand', 'new', $3, 10) returning ${COLUMNS}`,
        [user_id, `doc_by_hand_${process.pid}_${created++}`, JSON.stringify({ n: created })],
      ),
  },
];

export const run: Measurement['run'] = async (skep, options) => {
  const call = await openBus(skep);
  const owners: Owner[] = [];
  for (let n = 0; n < USERS; n++) {
    const user_id = `imp_u_${n}`;
    let doc_id = '';
    for (let i = 0; i < DOCUMENTS; i++)
      ({ id: doc_id } = await call(kernel.createDocument, CALLER, { ...reference, user_id, data: { n: i } }));
    owners.push({ user_id, doc_id });
  }
  const any = () => owners[Math.floor(Math.random() * USERS)]!;
  const store = await openStore(skep);
  const url = `${skep.databases.kernel.url}?options=${encodeURIComponent(`-c skep.tenant=${TENANT}`)}`;
  const { kernel: service, nats, postgres } = skep.pids;
  const clients = RIVALS.map((rival) => ownClients(url, (query) => rival.byHand(query, any())));
  const contestants = RIVALS.flatMap((rival, i): Contestant[] => [
    { name: `pg, ${rival.name}`, driver: clients[i]!, pids: { postgres } },
    { name: `store, ${rival.name}`, driver: loadOf(() => store.work(() => rival.store(store, any())), CLIENTS), pids: { postgres } },
    { name: `bus, ${rival.name}`, driver: loadOf(() => rival.bus(call, any()), AT_ONCE), pids: { kernel: service, nats, postgres } },
  ]);
  try {
    const results = await contest('store', contestants, options);
    return {
      title: `documents: pg and the store’s repository with ${CLIENTS} connections each in one process; over the bus ${AT_ONCE} at once`,
      results,
      targets: RIVALS.map(({ name }) => ({ name: `store / pg, ${name}`, value: ratio(results, name), atLeast: 0.7 })),
    };
  } finally {
    await Promise.all([store.close(), ...clients.map((each) => each.close())]);
  }
};

/** The store's repository, with its own connections as in the kernel. */
async function openStore({ databases, natsUrl, secrets }: Skep) {
  const { url, ownerUrl } = databases.kernel;
  const db = await openTestDatabase(await tablesOf(service), {
    DATABASE_URL: url,
    DATABASE_OWNER_URL: ownerUrl,
    DATABASE_POOL: String(CLIENTS),
    NATS_URL: natsUrl,
    SKEP_ENCRYPTION_KEY: secrets.SKEP_ENCRYPTION_KEY,
  });
  return {
    documents: new CollectionRepository(db),
    pages: new CollectionPages(db),
    work: <T>(work: () => Promise<T>) => db.inTenant(TENANT, work),
    close: () => db.close(),
  };
}

const ratio = (results: Record<string, Result>, name: string) =>
  (results[`store, ${name}`]?.rps ?? Number.NaN) / (results[`pg, ${name}`]?.rps ?? Number.NaN);
