import { Fault } from '../setup/fault.mjs';
import { publicUrlOf } from '../start/installation.mjs';
import { readSecrets } from '../start/secrets.mjs';
import { dataFolder } from '../start/settings.mjs';
import { problemText } from './problem-text.mjs';

const TIMEOUT_MS = 30_000;
const PAGE_SIZE = 200;

/**
 * Calls the public API with a service token: at SKEP_URL with SKEP_SERVICE_TOKEN, else of the local installation.
 * @param {string} method
 * @param {string} path
 * @param {{ tenant?: string, body?: object }} [options]
 * @returns {Promise<any>} the parsed answer
 * @throws Fault if the API is unreachable or refuses
 */
export async function api(method, path, { tenant = 'default', body } = {}) {
  const token = firstToken(process.env.SKEP_SERVICE_TOKEN || readSecrets(dataFolder()).SKEP_SERVICE_TOKEN);
  const url = publicUrlOf();
  const headers = { authorization: `Bearer ${token}`, 'x-tenant-id': tenant, ...(body && { 'content-type': 'application/json' }) };
  const request = { method, headers, ...(body && { body: JSON.stringify(body) }), signal: AbortSignal.timeout(TIMEOUT_MS) };
  const response = await fetch(new URL(path, url), request).catch(() => undefined);
  if (!response) throw new Fault(`Skep does not answer at ${url}. Is it running? Set SKEP_URL if it has another address.`);
  const answer = await response.json().catch(() => undefined);
  if (response.ok) return answer;
  if (response.status === 401) throw new Fault(`${url} does not accept this SKEP_SERVICE_TOKEN.`);
  throw new ApiFault(response.status, answer);
}

/** Reads a whole list, page by page. */
export async function listAll(path, options) {
  const rows = [];
  for (;;) {
    const page = await api('GET', `${path}${path.includes('?') ? '&' : '?'}limit=${PAGE_SIZE}&offset=${rows.length}`, options);
    rows.push(...page);
    if (page.length < PAGE_SIZE) return rows;
  }
}

/** A problem that the API answered. */
class ApiFault extends Fault {
  constructor(status, body) {
    super(problemText(body) ?? `Skep answered with status ${status}.`);
    this.code = body?.code;
  }
}

/**
 * Finds a user by e-mail address or id.
 * @throws Fault if there is none
 */
export async function findUser(user, tenant = 'default') {
  const notFound = new Fault(`No user with the ${user.includes('@') ? 'e-mail address' : 'id'} ${user} in the tenant ${tenant}.`);
  if (user.includes('@')) {
    const query = new URLSearchParams({ search: user, include_inactive: 'true' });
    const found = (await listAll(`/v1/users?${query}`, { tenant })).find(({ email }) => email.toLowerCase() === user.toLowerCase());
    if (!found) throw notFound;
    return found;
  }
  return api('GET', `/v1/users/${encodeURIComponent(user)}`, { tenant }).catch((error) => {
    throw error.code === 'user_not_found' ? notFound : error;
  });
}

/** The first token of `name:token,name:token`, or the only one. */
function firstToken(setting) {
  if (!setting) throw new Fault('No service token found. Set SKEP_SERVICE_TOKEN, or SKEP_DATA to the data folder of an installation.');
  const [first] = setting.split(',');
  return first.slice(first.indexOf(':') + 1).trim();
}
