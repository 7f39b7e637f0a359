import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../setup/paths.mjs';

const PATHS = ['docker-compose.yml', '.dockerignore', 'deploy/Dockerfile', 'deploy/nats.conf'] as const;

export type DeploymentFiles = Record<(typeof PATHS)[number], string>;

/** The files of a deployment, as text, by their path in the checkout. */
export const deploymentFiles = () =>
  Object.fromEntries(PATHS.map((path) => [path, readFileSync(join(ROOT, path), 'utf8')])) as DeploymentFiles;

/** Whether the checkout contains a path. */
export const exists = (path: string) => existsSync(join(ROOT, path));
