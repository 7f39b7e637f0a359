import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { Fault } from '../setup/fault.mjs';
import { ROOT } from '../setup/paths.mjs';
import { irTables, nodeTable, tierTable } from './author-docs.ts';
import { authorPages } from './author-pages.ts';
import { chartServices, valuesSchema } from './chart.ts';
import { compose } from './compose.ts';
import { envExample } from './env-example.ts';
import { type Hashes, migrationFaults, readHashes } from './migrations.ts';
import { natsConf } from './nats-conf.ts';
import { readme } from './readme.ts';
import { schemas } from './schemas.ts';
import { retentionTable } from './retention.ts';
import { readDeclarations, toServices } from './services.ts';

/** Every file that is generated from the declarations of the services, or contains a generated part, by its path. @throws Fault if a released migration was changed */
export async function generate(): Promise<Record<string, string>> {
  const declarations = await readDeclarations();
  const described = toServices(declarations);
  const { services } = described;
  const parts: Record<string, string> = {
    'deploy/services.json': JSON.stringify(described),
    'deploy/nats.conf': natsConf(services),
    'deploy/chart/files/services.json': JSON.stringify(chartServices(described)),
    'deploy/chart/files/nats.conf': natsConf(services),
    'deploy/chart/files/postgres-init.sh': current('deploy/postgres-init.sh'),
    'deploy/chart/values.schema.json': JSON.stringify(valuesSchema(described)),
    'docker-compose.yml': compose(current('docker-compose.yml'), services),
    '.env.example': envExample(described),
    'deploy/migrations.json': JSON.stringify(await frozenHashes()),
    ...authorPages(),
    ...(await schemas()),
  };
  const settingsOf = (service: string) => services.find(({ name }) => name === service)?.settings ?? {};
  for (const declaration of declarations) {
    const file = `apps/${declaration.name}/README.md`;
    parts[file] = readme(current(file), declaration, settingsOf(declaration.name));
  }
  const operations = 'docs/operations.md';
  parts[operations] = retentionTable(current(operations), declarations, settingsOf);
  parts['docs/apps/ir.md'] = await irTables(current('docs/apps/ir.md'));
  parts['docs/apps/panels.md'] = nodeTable(current('docs/apps/panels.md'));
  parts['docs/apps/prices.md'] = await tierTable(current('docs/apps/prices.md'));
  return Object.fromEntries(
    await Promise.all(Object.entries(parts).map(async ([file, text]) => [file, await formatted(file, text)] as const)),
  );
}

/** The hashes of all migrations: an entry is added, and never changed. */
async function frozenHashes(): Promise<Hashes> {
  const hashes = await readHashes();
  const faults = migrationFaults(JSON.parse(current('deploy/migrations.json')) as Hashes, hashes);
  if (faults.length) throw new Fault(faults.join('\n'));
  return hashes;
}

const current = (file: string) => readFileSync(join(ROOT, file), 'utf8');

async function formatted(file: string, text: string): Promise<string> {
  if (!/\.(json|yml)$/.test(file)) return text;
  return format(text, { ...(await resolveConfig(join(ROOT, file))), filepath: file });
}
