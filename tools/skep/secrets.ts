import type { Command } from '../cli/commands.ts';
import { isSecret } from '../generate/secret-settings.ts';
import { newSecrets } from '../start/secrets.ts';
import { services } from '../start/services.mjs';

export const commands: Command[] = [
  {
    usage: 'secrets [--kubernetes NAME] [--json]',
    summary:
      'Prints new secrets for a deployment, as a file for docker compose or as a Secret for Kubernetes. What the environment sets, such as SMTP_URL, is taken from there',
    example: 'secrets --kubernetes skep',
    run({ values: { kubernetes } }) {
      const { env } = process;
      const given = services.flatMap(({ settings }) => Object.keys(settings)).filter((name) => isSecret(name) && env[name]);
      const data = { ...newSecrets(env), ...Object.fromEntries(given.map((name) => [name, env[name] ?? ''])) };
      const manifest = { apiVersion: 'v1', kind: 'Secret', metadata: { name: kubernetes }, type: 'Opaque', stringData: data };
      const lines = Object.entries(data).map(([name, value]) => `${name}=${value}`);
      return { data, text: kubernetes ? JSON.stringify(manifest, null, 2) : lines.join('\n') };
    },
  },
];
