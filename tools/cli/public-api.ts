import { type Client, createClient, isProblem, type Output, SkepError } from '@skep/client';
import { Fault } from '../setup/fault.mjs';
import { publicUrlOf } from '../start/installation.ts';
import { readSecrets } from '../start/secrets.ts';
import { dataFolder } from '../start/settings.mjs';

const TIMEOUT_MS = 30_000;

type User = Awaited<Output<'getUser'>>;

/**
 * Calls the public API with a service token: at SKEP_URL with SKEP_SERVICE_TOKEN, else of the local installation.
 * @throws Fault if the API is unreachable or refuses
 */
export async function api<T>(call: (skep: Client) => Promise<T>, tenant = 'default'): Promise<T> {
  const serviceToken = firstToken(process.env.SKEP_SERVICE_TOKEN || readSecrets(dataFolder()).SKEP_SERVICE_TOKEN);
  const url = publicUrlOf();
  try {
    return await call(createClient({ url, credentials: { serviceToken, tenant }, retries: 0, timeoutMs: TIMEOUT_MS }));
  } catch (error) {
    if (error instanceof Fault) throw error;
    if (!(error instanceof SkepError))
      throw new Fault(`Skep does not answer at ${url}. Is it running? Set SKEP_URL if it has another address.`);
    throw new Fault(error.status === 401 ? `${url} does not accept this SKEP_SERVICE_TOKEN.` : error.message);
  }
}

/**
 * Finds a user by e-mail address or id.
 * @throws Fault if there is none
 */
export async function findUser(user: string, tenant = 'default'): Promise<User> {
  const find = user.includes('@') ? findByEmail(user) : findById(user);
  const found = await api(find, tenant);
  if (!found) throw new Fault(`No user with the ${user.includes('@') ? 'e-mail address' : 'id'} ${user} in the tenant ${tenant}.`);
  return found;
}

const findById = (user_id: string) => (skep: Client) =>
  skep.getUser({ user_id }).catch((error: unknown) => {
    if (!isProblem(error, 'user_not_found')) throw error;
  });

const findByEmail = (address: string) => async (skep: Client) => {
  for await (const user of skep.rows('listUsers', { search: address, include_inactive: true }))
    if (user.email.toLowerCase() === address.toLowerCase()) return user;
  return undefined;
};

/** The first token of `name:token,name:token`, or the only one. */
export function firstToken(setting: string | undefined): string {
  if (!setting) throw new Fault('No service token found. Set SKEP_SERVICE_TOKEN, or SKEP_DATA to the data folder of an installation.');
  const [first = ''] = setting.split(',');
  return first.slice(first.indexOf(':') + 1).trim();
}
