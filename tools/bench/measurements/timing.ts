import { randomInt } from 'node:crypto';
import { Agent, request } from 'node:http';
import { credentials } from '../client.ts';
import { connected } from '../database.ts';
import { progress } from '../progress.ts';
import type { Skep } from '../skep.ts';
import { median, ranks, welch } from '../statistics.ts';
import type { Column, Measurement, Row } from '../measurement.ts';

const WARM_UP = 20;
/** On a slow machine fewer samples are taken; the table shows their number. */
const TIMEOUT_MS = 120_000;

export const description = 'whether response times reveal which addresses have an account, and which tenants exist';

/** Both sides differ only in what must stay secret; their lengths are equal. */
interface Person {
  email: string;
  tenant_id: string;
}

const person =
  (who: string) =>
  (n: number): Person => ({ email: `${who}-${String(n).padStart(5, '0')}@bench.example`, tenant_id: 'default' });
const [known, other, third, queue, fresh] = [person('known'), person('other'), person('third'), person('queue'), person('fresh')];
const nowhere = (who: Person): Person => ({ ...who, tenant_id: 'nowhere' });
const wrong = (who: Person) => ({ ...who, password: 'not the password' });

interface Subject {
  path: string;
  a: (n: number) => Person;
  b: (n: number) => Person;
}

/** Each question uses each address once, so both sides have the same number of earlier attempts. */
const subjects: Record<string, Subject> = {
  'login, known or unknown account': { path: '/v1/auth/login', a: (n) => wrong(known(n)), b: (n) => wrong(other(n)) },
  'login, sign-up that waits or none': { path: '/v1/auth/login', a: (n) => wrong(queue(n)), b: (n) => wrong(fresh(n)) },
  'forgot password, known or unknown': { path: '/v1/auth/forgot-password', a: known, b: other },
  'new mail to verify, known or unknown': { path: '/v1/auth/resend-verification', a: known, b: other },
  'login, tenant that is or is not': { path: '/v1/auth/login', a: (n) => wrong(other(n)), b: (n) => wrong(nowhere(other(n))) },
  'signup, tenant that is or is not': {
    path: '/v1/auth/signup',
    a: (n) => wrong(third(n)),
    b: (n) => wrong(nowhere(third(n))),
  },
  'signup, known or unknown account': { path: '/v1/auth/signup', a: (n) => wrong(known(n)), b: (n) => wrong(other(n)) },
};

type Comparison = ReturnType<typeof compare> & Row;

const COLUMNS: Column<Comparison>[] = [
  { head: 'samples a side', value: ({ samples }) => samples, digits: 0 },
  { head: 'median ms', value: ({ medians: [a] }) => a, digits: 2 },
  { head: 'and', value: ({ medians: [, b] }) => b, digits: 2 },
  { head: 'apart %', value: ({ apart }) => apart, digits: 2 },
  { head: 'Welch t', value: ({ t }) => t, digits: 1 },
  { head: 'slower in % of pairs', value: ({ share }) => share * 100, digits: 1 },
  { head: 'z', value: ({ z }) => z, digits: 1 },
];

export const run: Measurement['run'] = async (skep, { samples }) => {
  await addAccounts(skep, samples + WARM_UP);
  const ask = asking(skep.url);
  const results: Record<string, Comparison> = {};
  for (const [name, subject] of Object.entries(subjects)) {
    progress(`timing: ${name}`);
    results[name] = compare(await take(ask, subject, samples));
  }
  const targets = Object.entries(results).flatMap(([name, { apart, share }]) => [
    { name: `${name}: medians apart, %`, value: Math.abs(apart), atMost: 3 },
    { name: `${name}: slower in % of pairs, from 50`, value: Math.abs(share - 0.5) * 100, atMost: 4 },
  ]);
  return { title: 'Response times of consecutive requests, the sides alternating in random order', results, targets, columns: COLUMNS };
};

/** Creates users and pending sign-ups with the administrator's password hash; no request uses the password. */
async function addAccounts({ databases, secrets }: Skep, count: number): Promise<void> {
  await connected(
    databases['auth-gateway'].ownerUrl,
    async (client) => {
      await client.query(
        `insert into account (id, tenant_id, email, password_hash, role, scopes, attributes)
       select 'imp_u_bench' || n, 'default', 'known-' || lpad(n::text, 5, '0') || '@bench.example', password_hash, 'user', '{}', '{}'
         from account, generate_series(0, $1) n where email = $2`,
        [count, credentials(secrets).email],
      );
      await client.query(
        `insert into pending_signup (token_hash, user_id, tenant_id, email, password_hash, attributes, token_sent, network, expires_at)
       select sha256(n::text::bytea), 'imp_u_queue' || n, 'default', 'queue-' || lpad(n::text, 5, '0') || '@bench.example', password_hash, '{}',
              true, '127.0.0.1', now() + interval '1 day'
         from account, generate_series(0, $1) n where email = $2`,
        [count, credentials(secrets).email],
      );
    },
    '-c skep.tenant=*',
  );
}

type Ask = ReturnType<typeof asking>;

/** The times of both sides. */
type Times = { a: number[]; b: number[] };

async function take(ask: Ask, subject: Subject, samples: number): Promise<Times> {
  const times: Times = { a: [], b: [] };
  const until = performance.now() + TIMEOUT_MS;
  for (let n = 0; n < samples + WARM_UP && performance.now() < until; n++) {
    const sides = ['a', 'b'] as const;
    for (const side of randomInt(2) ? sides : sides.toReversed()) {
      const ms = await ask(subject.path, subject[side](n));
      if (n >= WARM_UP) times[side].push(ms);
    }
  }
  return times;
}

function compare({ a, b }: Times) {
  const medians: [number, number] = [median(a), median(b)];
  return { samples: a.length, medians, apart: (medians[0] / medians[1] - 1) * 100, t: welch(a, b), ...ranks(a, b) };
}

/** Sends a request over one connection; resolves with the milliseconds until the end of the answer. */
function asking(url: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return (path: string, body: object) =>
    new Promise<number>((resolve, reject) => {
      const text = JSON.stringify(body);
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
      const began = performance.now();
      request(url + path, { method: 'POST', agent, headers }, (response) => {
        response.resume();
        response.once('end', () => {
          const { statusCode = 500 } = response;
          if (statusCode >= 500 || statusCode === 429) reject(new Error(`${path} answered ${statusCode}`));
          else resolve(performance.now() - began);
        });
      })
        .once('error', reject)
        .end(text);
    });
}
