import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { ROOT } from '../setup/paths.mjs';
import { compose } from './compose.ts';
import { envExample } from './env-example.ts';
import { natsConf } from './nats-conf.ts';
import { readme } from './readme.ts';
import { readDeclarations, toServices } from './services.ts';

/** Every file that is generated from the declarations of the services, or contains a generated part, by its path. */
export async function generate(): Promise<Record<string, string>> {
  const declarations = await readDeclarations();
  const described = toServices(declarations);
  const { services } = described;
  const parts: Record<string, string> = {
    'deploy/services.json': JSON.stringify(described),
    'deploy/nats.conf': natsConf(services),
    'docker-compose.yml': compose(current('docker-compose.yml'), services),
    '.env.example': envExample(),
  };
  for (const declaration of declarations) {
    const file = `apps/${declaration.name}/README.md`;
    parts[file] = readme(current(file), declaration, services.find(({ name }) => name === declaration.name)?.settings ?? {});
  }
  return Object.fromEntries(
    await Promise.all(Object.entries(parts).map(async ([file, text]) => [file, await formatted(file, text)] as const)),
  );
}

const current = (file: string) => readFileSync(join(ROOT, file), 'utf8');

async function formatted(file: string, text: string): Promise<string> {
  if (!/\.(json|yml)$/.test(file)) return text;
  return format(text, { ...(await resolveConfig(join(ROOT, file))), filepath: file });
}
