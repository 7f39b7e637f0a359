import { isObject } from '@skep/contracts';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Fault } from '../setup/fault.mjs';
import { syntaxFaultIn } from './place.ts';

export type JsonObject = Record<string, unknown>;

/** skep.json: where the app is deployed, and what the marketplace says of it. A new app gets `category`, texts and prices from here. */
export interface Settings {
  /** URL of the installation; by default SKEP_URL, else the local one. */
  server?: string;
  category?: string;
  short_description?: string;
  pricing_model?: 'free' | 'per_action' | 'subscription';
  pricing_config?: JsonObject;
}
const SETTINGS = ['server', 'category', 'short_description', 'pricing_model', 'pricing_config'];

/** The folder of an app, as its author wrote it. */
export interface AppFolder {
  path: string;
  id: string;
  version: string;
  /** app.json: the IR without `app.modules`. */
  ir: { app: JsonObject };
  /** manifest.json, with `app_id` and `version` of the IR. */
  manifest: JsonObject;
  settings: Settings;
}

/** An absolute path. @param path relative to where the author called npm, which itself runs in the checkout */
export const fromCaller = (path = '.'): string => resolve(process.env.INIT_CWD ?? process.cwd(), path);

/** @throws Fault if it is not the folder of an app, or a file is no JSON */
export function readAppFolder(folder?: string): AppFolder {
  const path = fromCaller(folder);
  if (!existsSync(join(path, 'app.json'))) throw new Fault(`${path} has no app.json. Create an app with: npm run skep -- app init NAME`);
  const ir = readJson(path, 'app.json');
  const { app } = ir;
  if (!isObject(app) || typeof app.id !== 'string')
    throw new Fault(`app.json must have an object 'app' with an 'id'. See docs/apps/command-line.md.`);
  const [id, version] = [app.id, String(app.version ?? '')];
  const settings = readOptional(path, 'skep.json');
  const unknown = Object.keys(settings).find((key) => !SETTINGS.includes(key));
  if (unknown) throw new Fault(`skep.json: unknown key '${unknown}'. It has ${SETTINGS.join(', ')}.`);
  return { path, id, version, ir: { ...ir, app }, manifest: { app_id: id, version, ...readOptional(path, 'manifest.json') }, settings };
}

const readOptional = (path: string, file: string): JsonObject => (existsSync(join(path, file)) ? readJson(path, file) : {});

/** The object in a file. @throws Fault with the line if it is no JSON */
export function readJson(path: string, file: string): JsonObject {
  const json = parseJson(readFileSync(join(path, file), 'utf8'), file);
  if (!isObject(json)) throw new Fault(`${file} must contain an object.`);
  return json;
}

/** @throws Fault with the line if it is no JSON */
export function parseJson(text: string, file: string): unknown {
  const fault = syntaxFaultIn(text);
  if (fault) throw new Fault(`${file}:${fault.line}:${fault.column}: ${fault.message}`);
  return JSON.parse(text);
}
