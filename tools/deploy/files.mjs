import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../setup/paths.mjs';

/** The files of a deployment, as text, by their path in the checkout. */
export const deploymentFiles = () =>
  Object.fromEntries(
    ['docker-compose.yml', '.dockerignore', 'deploy/Dockerfile', 'deploy/nats.conf'].map((path) => [
      path,
      readFileSync(join(ROOT, path), 'utf8'),
    ]),
  );

/** Whether the checkout contains a path. */
export const exists = (path) => existsSync(join(ROOT, path));
