import { setTimeout as sleep } from 'node:timers/promises';
import type { auth } from '@skep/contracts/auth';
import type { marketplace } from '@skep/contracts/marketplace';
import type { portal } from '@skep/contracts/portal';
import { logIn } from '../client.ts';
import { type Caller, callerOf, deployApp, keepNote, notesIr } from '../notes-app.ts';
import type { Skep } from '../skep.ts';

/** What of the filled Skep was created by requests: three people of the tenant `default`, and an app that can be called. */
export interface World {
  /** Administrates the platform. */
  admin: Person;
  /** Develops the app, and the first of the filled ones. */
  developer: Person;
  /** Has installed the app. */
  busy: Person;
  /** The app: `find` is free, `paid` is not. */
  app_id: string;
  /** A document of the busy person. */
  document_id: string;
}

export interface Person {
  id: string;
  token: string;
  caller: Caller;
}

const PASSWORD = 'correct horse battery';
const INSTALL_MS = 10_000;

/** Creates the people, and publishes and installs the app. */
export async function createWorld(skep: Skep): Promise<World> {
  const { http } = skep;
  const app_id = 'growth-notes';
  const { access_token: token } = await logIn(skep);
  const admin = await signedIn(skep, token);
  const developer = await addPerson(skep, admin, 'developer');
  const busy = await addPerson(skep, admin, 'busy');

  await deployApp(http, developer.token, developer.caller, notesIr(app_id));
  const pricing = { pricing_model: 'per_action', pricing_config: { tool_prices: { paid: 1 } } };
  await http<typeof portal.updateApp>('PUT', `/v1/developer/apps/${app_id}`, { token: developer.token, body: pricing });
  await http<typeof portal.submitApp>('POST', `/v1/developer/apps/${app_id}/submit`, { token: developer.token });
  await http<typeof portal.approveApp>('POST', `/v1/admin/apps/${app_id}/approve`, { token, body: {} });
  const install = () => http<typeof marketplace.installApp>('POST', `/v1/marketplace/apps/${app_id}/install`, { token: busy.token });
  // The approval reaches the marketplace and the registry as an event.
  for (const end = Date.now() + INSTALL_MS; ; await sleep(50)) {
    const installed = await install().catch((error: unknown) => (Date.now() < end ? undefined : Promise.reject(error)));
    if (installed) break;
  }
  return { admin, developer, busy, app_id, document_id: await keepNote(app_id, busy.caller) };
}

async function addPerson(skep: Skep, admin: Person, name: string): Promise<Person> {
  const { http } = skep;
  const email = `${name}@growth.example`;
  await http<typeof auth.createUser>('POST', '/v1/users', { token: admin.token, body: { email, password: PASSWORD, role: 'user' } });
  const { access_token: token } = await http<typeof auth.login>('POST', '/v1/auth/login', { body: { email, password: PASSWORD } });
  return signedIn(skep, token);
}

async function signedIn({ http }: Skep, token: string): Promise<Person> {
  const caller = await callerOf(http, token);
  return { id: caller.user_id, token, caller };
}
