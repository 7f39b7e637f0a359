import { type Client, isProblem, type Output } from '@skep/client';
import { isObject } from '@skep/contracts';
import type { CheckedApp } from './check.ts';
import type { AppFolder, JsonObject, Settings } from './folder.ts';
import { asAuthor, serverOf } from './server.ts';

export type Receipt = Awaited<Output<'deployIr'>>;

/** Creates the app if the author does not have it, brings its texts and prices up to date, and deploys it. @throws Fault if the server refuses */
export const deployApp = (folder: AppFolder, { ir }: CheckedApp, { submit = false } = {}): Promise<Receipt> =>
  asAuthor(folder.settings, async (skep) => {
    await keepRecord(skep, folder);
    return skep.deployIr({ app_id: folder.id, ir_dict: ir, manifest_json: folder.manifest, dev_mode: !submit });
  });

async function keepRecord(skep: Client, { id: app_id, ir, settings: { server: _server, ...listing } }: AppFolder): Promise<void> {
  const app = await findApp(skep, app_id);
  if (!app) {
    const { title, description } = ir.app as { title?: string; description?: string };
    await skep.createApp({ app_id, name: title ?? app_id, ...(description && { description }), ...listing });
    return;
  }
  const changes = changesOf(listing, app as JsonObject);
  if (Object.keys(changes).length) await skep.updateApp({ app_id, ...changes });
}

/** The record of an app of the author; undefined if it is not theirs, which the server then says. */
async function findApp(skep: Client, app_id: string): Promise<Awaited<Output<'getApp'>> | undefined> {
  try {
    const app = await skep.getApp({ app_id });
    return app.revision === undefined ? undefined : app;
  } catch (error) {
    if (isProblem(error, 'no_such_app')) return undefined;
    throw error;
  }
}

const changesOf = (wanted: Omit<Settings, 'server'>, has: JsonObject): Omit<Settings, 'server'> =>
  Object.fromEntries(
    Object.entries(wanted).filter(([key, value]) => value !== undefined && JSON.stringify(value) !== JSON.stringify(has[key])),
  );

/** How to call the first function of a deployed app, and how to submit it. */
export async function nextSteps({ id, ir, settings }: AppFolder): Promise<string> {
  const url = serverOf(settings);
  const user_id = await asAuthor(settings, (skep) => skep.getMe()).then(
    ({ imperal_id }) => imperal_id,
    () => 'YOUR_USER_ID', // an API key
  );
  const [first] = (ir.app.functions ?? []) as { name: string; params_schema?: JsonObject }[];
  const body = { user_id, function: first?.name, params: exampleOf(first?.params_schema) };
  const call = [
    'Call it:',
    '  export SKEP_TOKEN=$(npm run -s skep -- app token)',
    `  curl ${url}/v1/extensions/${id}/call -H "authorization: Bearer $SKEP_TOKEN" \\`,
    `    -H 'content-type: application/json' -d '${JSON.stringify(body).replaceAll("'", "'\\''")}'`,
  ];
  return [...(first ? call : []), 'Submit it for review, so that others can install it: npm run skep -- app deploy --submit'].join('\n');
}

const EXAMPLES: Readonly<Record<string, unknown>> = { string: 'text', integer: 1, number: 1, boolean: true, array: [], object: {} };

/** Values for the required params of a function. */
function exampleOf({ properties, required }: JsonObject = {}): JsonObject {
  if (!isObject(properties) || !Array.isArray(required)) return {};
  const typeOf = (name: string) => (properties[name] as { type?: string } | undefined)?.type ?? 'string';
  return Object.fromEntries((required as string[]).map((name) => [name, EXAMPLES[typeOf(name)] ?? 'text']));
}
