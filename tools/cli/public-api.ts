import type { Operation, ProblemBody } from '@skep/contracts';
import type { auth } from '@skep/contracts/auth';
import { codeOf, Fault } from '../setup/fault.mjs';
import { publicUrlOf } from '../start/installation.ts';
import { readSecrets } from '../start/secrets.ts';
import { dataFolder } from '../start/settings.mjs';
import type { AnswerOf, BodyOf, RowOf } from './json.ts';
import { problemText } from './problem-text.ts';

const TIMEOUT_MS = 30_000;
const PAGE_SIZE = 200;

/**
 * Calls the public API with a service token: at SKEP_URL with SKEP_SERVICE_TOKEN, else of the local installation. `T` is the operation
 * that answers, which determines the types of the body and of the answer.
 * @throws Fault if the API is unreachable or refuses
 */
export async function api<T extends Operation>(method: string, path: string, options: RequestOptions<T> = {}): Promise<AnswerOf<T>> {
  return (await send<T>(method, path, options)).answer;
}

interface RequestOptions<T extends Operation> {
  tenant?: string | undefined;
  body?: BodyOf<T>;
}

/** The answer, and the path of the next page of a list. */
async function send<T extends Operation>(method: string, path: string, { tenant = 'default', body }: RequestOptions<T>) {
  const token = firstToken(process.env.SKEP_SERVICE_TOKEN || readSecrets(dataFolder()).SKEP_SERVICE_TOKEN);
  const url = publicUrlOf();
  const headers = { authorization: `Bearer ${token}`, 'x-tenant-id': tenant, ...(body && { 'content-type': 'application/json' }) };
  const request = { method, headers, ...(body && { body: JSON.stringify(body) }), signal: AbortSignal.timeout(TIMEOUT_MS) };
  const response = await fetch(new URL(path, url), request).catch(() => undefined);
  if (!response) throw new Fault(`Skep does not answer at ${url}. Is it running? Set SKEP_URL if it has another address.`);
  const answer: unknown = await response.json().catch(() => undefined);
  const [, next] = /^<(.+)>; rel="next"$/.exec(response.headers.get('link') ?? '') ?? [];
  if (response.ok) return { answer: answer as AnswerOf<T>, next };
  if (response.status === 401) throw new Fault(`${url} does not accept this SKEP_SERVICE_TOKEN.`);
  throw new ApiFault(response.status, answer as Partial<ProblemBody> | undefined);
}

/** Reads a whole list, page by page. */
export async function listAll<T extends Operation>(path: string, options: RequestOptions<T> = {}): Promise<RowOf<T>[]> {
  const rows: RowOf<T>[] = [];
  for (let page: string | undefined = `${path}${path.includes('?') ? '&' : '?'}limit=${PAGE_SIZE}`; page;) {
    const { answer, next }: { answer: AnswerOf<T>; next: string | undefined } = await send<T>('GET', page, options);
    rows.push(...(answer as RowOf<T>[]));
    page = next;
  }
  return rows;
}

/** A problem that the API answered. */
class ApiFault extends Fault {
  readonly code: string | undefined;

  constructor(status: number, body: Partial<ProblemBody> | undefined) {
    super(problemText(body) ?? `Skep answered with status ${status}.`);
    this.code = body?.code;
  }
}

/**
 * Finds a user by e-mail address or id.
 * @throws Fault if there is none
 */
export async function findUser(user: string, tenant = 'default'): Promise<AnswerOf<typeof auth.getUser>> {
  const notFound = new Fault(`No user with the ${user.includes('@') ? 'e-mail address' : 'id'} ${user} in the tenant ${tenant}.`);
  if (user.includes('@')) {
    const query = new URLSearchParams({ search: user, include_inactive: 'true' });
    const found = (await listAll<typeof auth.listUsers>(`/v1/users?${query}`, { tenant })).find(
      ({ email }) => email.toLowerCase() === user.toLowerCase(),
    );
    if (!found) throw notFound;
    return found;
  }
  return api<typeof auth.getUser>('GET', `/v1/users/${encodeURIComponent(user)}`, { tenant }).catch((error: unknown) => {
    throw codeOf(error) === 'user_not_found' ? notFound : error;
  });
}

/** The first token of `name:token,name:token`, or the only one. */
function firstToken(setting: string | undefined): string {
  if (!setting) throw new Fault('No service token found. Set SKEP_SERVICE_TOKEN, or SKEP_DATA to the data folder of an installation.');
  const [first = ''] = setting.split(',');
  return first.slice(first.indexOf(':') + 1).trim();
}
