import { Fault } from '../setup/fault.mjs';
import { publicUrlOf } from '../start/installation.mjs';
import { readSecrets } from '../start/secrets.mjs';
import { dataFolder } from '../start/settings.mjs';
import { sentenceOf } from './sentence-of.mjs';

const TIMEOUT_MS = 30_000;
const PAGE = 200;

/**
 * Asks the public API as a service: at SKEP_URL with SKEP_SERVICE_TOKEN, else of the installation beside.
 * @param {string} method
 * @param {string} path
 * @param {{ tenant?: string, body?: object }} [more]
 * @returns {Promise<any>} the answer
 * @throws Fault with a sentence for a person
 */
export async function api(method, path, { tenant = 'default', body } = {}) {
  const token = serviceToken(process.env.SKEP_SERVICE_TOKEN || readSecrets(dataFolder()).SKEP_SERVICE_TOKEN);
  const url = publicUrlOf();
  const headers = { authorization: `Bearer ${token}`, 'x-tenant-id': tenant, ...(body && { 'content-type': 'application/json' }) };
  const request = { method, headers, ...(body && { body: JSON.stringify(body) }), signal: AbortSignal.timeout(TIMEOUT_MS) };
  const response = await fetch(new URL(path, url), request).catch(() => undefined);
  if (!response) throw new Fault(`Skep does not answer at ${url}. Is it running? Set SKEP_URL when it is elsewhere.`);
  const answer = await response.json().catch(() => undefined);
  if (response.ok) return answer;
  if (response.status === 401) throw new Fault(`${url} does not know this SKEP_SERVICE_TOKEN.`);
  throw new ApiFault(response.status, answer);
}

/** A whole list, page by page. */
export async function listAll(path, more) {
  const rows = [];
  for (;;) {
    const page = await api('GET', `${path}${path.includes('?') ? '&' : '?'}limit=${PAGE}&offset=${rows.length}`, more);
    rows.push(...page);
    if (page.length < PAGE) return rows;
  }
}

/** What the API refused, in its own words. */
class ApiFault extends Fault {
  constructor(status, body) {
    super(sentenceOf(body) ?? `Skep answered with status ${status}.`);
    this.code = body?.code;
  }
}

/**
 * The person with an e-mail address or an id.
 * @throws Fault when there is none
 */
export async function findPerson(person, tenant = 'default') {
  const none = new Fault(`There is nobody with the ${person.includes('@') ? 'e-mail address' : 'id'} ${person} in the tenant ${tenant}.`);
  if (person.includes('@')) {
    const query = new URLSearchParams({ search: person, include_inactive: 'true' });
    const found = (await listAll(`/v1/users?${query}`, { tenant })).find(({ email }) => email.toLowerCase() === person.toLowerCase());
    if (!found) throw none;
    return found;
  }
  return api('GET', `/v1/users/${encodeURIComponent(person)}`, { tenant }).catch((error) => {
    throw error.code === 'user_not_found' ? none : error;
  });
}

/** The first of a list `name:token,name:token`, or the only one. */
function serviceToken(setting) {
  if (!setting) throw new Fault('There is no service token. Set SKEP_SERVICE_TOKEN, or SKEP_DATA to the folder of an installation.');
  const [first] = setting.split(',');
  return first.slice(first.indexOf(':') + 1).trim();
}
