import type { Output } from '@skep/client';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AuthorFault, bundleModules, sourceOf } from './bundle.ts';
import type { AppFolder, JsonObject } from './folder.ts';
import { placeIn } from './place.ts';
import { asAuthor } from './server.ts';
import { findTypeFaults } from './types.ts';

type Validation = Awaited<Output<'validateApp'>>;
type Located = Validation['warnings'][number];

/** An app that was checked: what a deploy sends, and what is wrong with it. */
export interface CheckedApp {
  ir: { app: JsonObject };
  faults: AuthorFault[];
  /** What runs, but probably not as intended; also faults of types. */
  warnings: AuthorFault[];
  permissions: Validation['permissions'];
}

/** Bundles an app, and has the server check it as a deploy does. @throws Fault if the server does not answer */
export async function checkApp(folder: AppFolder): Promise<CheckedApp> {
  const { modules, faults } = await bundleModules(folder);
  const ir = { ...folder.ir, app: { ...folder.ir.app, ...(Object.keys(modules).length && { modules }) } };
  if (faults.length) return { ir, faults, warnings: [], permissions: [] };
  const { id: app_id, manifest, settings } = folder;
  const [checked, ofTypes] = await Promise.all([
    asAuthor(settings, (skep) => skep.validateApp({ app_id, ir_dict: ir, manifest_json: manifest })),
    findTypeFaults(folder),
  ]);
  return {
    ir,
    faults: checked.faults.map(({ source, ...fault }) => locate(folder, source === 'ir' ? 'app.json' : 'manifest.json', fault)),
    warnings: [...ofTypes, ...checked.warnings.map((warning) => locate(folder, 'app.json', warning))],
    permissions: checked.permissions,
  };
}

/** The file and line of a part of the IR or the manifest. A module is one of the author's sources. */
function locate({ path: folder }: AppFolder, file: string, { path, message }: Located): AuthorFault {
  const module = /^app\.modules\.(.+\.js)/.exec(path)?.[1];
  if (module) return { file: sourceOf(folder, module), message };
  try {
    return { file, ...placeIn(readFileSync(join(folder, file), 'utf8'), path), message };
  } catch {
    return { file, message }; // an app without a manifest.json
  }
}

/** `app.json:12:5: message` */
export const faultText = ({ file, line, column, message }: AuthorFault): string =>
  `${file}${line === undefined ? '' : `:${line}:${column}`}: ${message}`;

/** What users are asked when they install the app, and what its calls cost. */
export function consentText({ permissions }: CheckedApp, { settings: { pricing_model = 'free', pricing_config = {} } }: AppFolder): string {
  const { monthly_price, tool_prices = {} } = pricing_config as { monthly_price?: number; tool_prices?: Record<string, number> };
  const prices = [
    ...(monthly_price === undefined ? [] : [`  ${monthly_price} credits a month`]),
    ...Object.entries(tool_prices).map(([name, price]) => `  ${price} credits for ${name}`),
  ];
  return [
    'Users who install it are asked for:',
    ...(permissions.length ? permissions.map(({ id, description }) => `  ${id}: ${description}`) : ['  nothing']),
    ...(pricing_model === 'free' || !prices.length ? ['It is free.'] : ['It costs:', ...prices]),
  ].join('\n');
}
