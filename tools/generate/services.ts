import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { schemaOf, type Type } from '@skep/contracts';
import { type Declaration, declarationOf, type Declared, ProcessConfig, type Service, ServiceConfig } from '@skep/platform';
import { ROOT } from '../setup/paths.mjs';

/** A setting: an environment variable that a process reads. */
export interface Setting {
  description: string;
  /** Absent if it has none. */
  default?: string;
  example?: string;
  required?: true;
}
export type Settings = Record<string, Setting>;

/** One process of Skep, as other tools need to know it. */
export interface ServiceInfo {
  name: string;
  /** Its context; `gateway` for the gateway, which answers no operations. */
  context: string;
  /** Whether it has a database. */
  database: boolean;
  /** Its own settings, without those of every process and every service. */
  settings: Settings;
  /** The subjects of operations. */
  calls: string[];
  /** The subjects of broadcasts and events. */
  listens: string[];
  consumes: string[];
  publishes: string[];
  /** Whether it publishes the events of its runs, or reads those of others. */
  runs?: 'owner' | 'reader' | 'both';
  /** Whether it sends to sockets of clients, or holds them. */
  sockets?: 'owner' | 'holder';
  /** What it calls outside the installation, in words. */
  outgoing: string[];
}

/** What `deploy/services.json` contains. */
export interface Services {
  /** The settings of every process, and of every service with a database. */
  common: { process: Settings; database: Settings };
  services: ServiceInfo[];
}

/** Reads the declarations of all apps from their builds: services by name, the gateway last, because it calls them. */
export async function readDeclarations(): Promise<Declaration[]> {
  const declarations = (await readMains()).map(declarationOf);
  return declarations.sort((a, b) => Number(!a.context) - Number(!b.context) || a.name.localeCompare(b.name));
}

/** Reads the services with a database from their builds, by name. */
export const readServices = async (): Promise<Service[]> => (await readMains()).filter((main): main is Service => 'main' in main);

async function readMains(): Promise<(Declared | Service)[]> {
  const apps = readdirSync(join(ROOT, 'apps')).filter((app) => existsSync(join(ROOT, 'apps', app, 'dist/src/main.js')));
  return Promise.all(
    apps.map(async (app) => {
      const main = (await import(pathToFileURL(join(ROOT, 'apps', app, 'dist/src/main.js')).href)) as { service: Declared | Service };
      return main.service;
    }),
  );
}

export function toServices(declarations: readonly Declaration[]): Services {
  const [process, service] = [settingsOf(ProcessConfig), settingsOf(ServiceConfig)];
  const subjects = (list: readonly { subject: string }[]) => list.map(({ subject }) => subject).sort();
  return {
    common: { process, database: without(service, process) },
    services: declarations.map(({ name, context = 'gateway', config, calls, listens, consumes, publishes, runs, sockets, outgoing }) => ({
      name,
      context,
      database: config.prototype instanceof ServiceConfig || config === (ServiceConfig as Type),
      settings: without(settingsOf(config), service),
      calls: subjects(calls),
      listens: subjects(listens),
      consumes: subjects(consumes),
      publishes: subjects(publishes),
      ...(runs && { runs }),
      ...(sockets && { sockets }),
      outgoing: [...outgoing],
    })),
  };
}

const without = (settings: Settings, others: Settings): Settings =>
  Object.fromEntries(Object.entries(settings).filter(([name]) => !(name in others)));

interface Property {
  description?: string;
  default?: unknown;
  examples?: unknown[];
}

function settingsOf(config: Type): Settings {
  const { properties, required = [] } = schemaOf(config) as { properties: Record<string, Property>; required?: string[] };
  return Object.fromEntries(
    Object.entries(properties).map(([name, { description = '', default: initial, examples = [] }]) => {
      const text = String(initial ?? '');
      const [example] = examples;
      return [
        name,
        {
          description,
          ...(text && { default: text }),
          ...(example !== undefined && { example: String(example) }),
          ...(required.includes(name) && { required: true as const }),
        },
      ];
    }),
  );
}
