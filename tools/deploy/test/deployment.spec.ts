import { beforeAll, expect, test } from '@jest/globals';
import { services } from '../../start/services.mjs';
import { composeFaults } from '../check-compose.ts';
import { dockerfileFaults } from '../check-dockerfile.ts';
import { type Config, configOf } from '../../start/config-classes.ts';
import { type DeploymentFiles, deploymentFiles } from '../files.ts';

const apps = services.map(({ name }) => name);
const files = deploymentFiles();
let configs: Record<string, Config>;

beforeAll(async () => {
  configs = Object.fromEntries(await Promise.all(apps.map(async (app) => [app, await configOf(app)])));
});

const check = (deployment: DeploymentFiles) => [
  ...composeFaults(deployment, configs),
  ...dockerfileFaults(deployment, configs['api-gateway']?.defaults.MANAGEMENT_PORT),
];

test('docker-compose.yml and the Dockerfile match the services', () => {
  expect(check(files)).toEqual([]);
});

// One fault each: the file, a text in it, its replacement, and the expected fault.
test.each<[keyof DeploymentFiles, string, string, unknown]>([
  [
    'docker-compose.yml',
    'restart: unless-stopped',
    'restart_policy: always',
    'schema: /services/billing must NOT have additional properties (restart_policy)',
  ],
  ['docker-compose.yml', 'image: nats:2.15.1-alpine', 'image: [nats]', 'schema: /services/nats/image must be string'],
  ['docker-compose.yml', '  registry:\n', '  registre:\n', 'registry: service is missing'],
  ['docker-compose.yml', '  kernel:\n    <<: *service\n', '  kernel:\n', 'kernel: its root file system is writable'],
  ['docker-compose.yml', 'cap_drop: [ALL]', 'cap_drop: [NET_RAW]', 'nats: keeps capabilities'],
  ['docker-compose.yml', 'no-new-privileges:true', 'no-new-privileges:false', 'postgres: may gain privileges'],
  ['docker-compose.yml', 'user: postgres', 'privileged: true', 'postgres: is privileged'],
  ['docker-compose.yml', 'restart: unless-stopped', "restart: ''", 'billing: is not restarted'],
  ['docker-compose.yml', '      kernel: *healthy', '      kernal: *healthy', 'api-gateway: depends on kernal, which is not a service'],
  ['docker-compose.yml', 'condition: service_healthy', 'condition: service_started', 'billing: does not wait until postgres is healthy'],
  [
    'docker-compose.yml',
    'test: [CMD, pg_isready,',
    'tests: [CMD, pg_isready,',
    'schema: /services/postgres/healthcheck must NOT have additional properties (tests)',
  ],
  ['docker-compose.yml', './deploy/nats.conf', './deploy/nuts.conf', 'nats: mounts ./deploy/nuts.conf, which does not exist'],
  ['docker-compose.yml', 'skep.conf:ro', 'skep.conf', 'nats: may write ./deploy/nats.conf'],
  ['docker-compose.yml', 'nats:/data', 'streams:/data', 'nats: volume streams is not declared'],
  [
    'docker-compose.yml',
    '${SKEP_SERVICE_TOKEN:?set SKEP_SERVICE_TOKEN}',
    'secret-service-token',
    'api-gateway: SKEP_SERVICE_TOKEN contains a secret in plain text',
  ],
  [
    'docker-compose.yml',
    ':?set SKEP_ENCRYPTION_KEY}',
    ':-changeme}',
    'auth-gateway: SKEP_ENCRYPTION_KEY: ${SKEP_ENCRYPTION_KEY:-changeme} has a default or no message',
  ],
  ['docker-compose.yml', 'context: .,', 'context: ./nowhere,', 'billing: its context ./nowhere does not exist'],
  ['docker-compose.yml', 'dockerfile: deploy/Dockerfile', 'dockerfile: Dockerfile', 'billing: its Dockerfile does not exist'],
  [
    'docker-compose.yml',
    'apps/kernel/dist',
    'apps/colonel/dist',
    'kernel: runs node apps/colonel/dist/src/main.js, which is not a file of the image',
  ],
  ['docker-compose.yml', 'NATS_USER: kernel', 'NATS_NAME: kernel', 'kernel: sets NATS_NAME, which it does not read'],
  ['docker-compose.yml', 'NATS_URL: nats', 'NATS_SERVER: nats', 'billing: does not set NATS_URL, which it needs'],
  ['docker-compose.yml', 'NODE_ENV: production', 'NODE_ENV: development', 'kernel: does not run in production'],
  [
    'docker-compose.yml',
    '${SMTP_URL:?set SMTP_URL}',
    'mail.example.com',
    expect.stringMatching(/^channels: Invalid settings:\n {2}SMTP_URL: /),
  ],
  ['docker-compose.yml', 'MANAGEMENT_PORT: 9090', 'MANAGEMENT_PORT: 9091', 'billing: MANAGEMENT_PORT is 9091, its default is 9090'],
  ['docker-compose.yml', '127.0.0.1:9090/readyz', '127.0.0.1:8080/readyz', 'billing: its health check does not use its management port'],
  ['docker-compose.yml', '      PORT: 8080', '      PORT: 80', 'api-gateway: PORT is 80, its default is 8080'],
  [
    'docker-compose.yml',
    'HOST: 0.0.0.0',
    'HOST: 127.0.0.1',
    'api-gateway: does not listen on 0.0.0.0, so the published port does not reach it',
  ],
  ['docker-compose.yml', ":8080']", ":80']", 'api-gateway: publishes ${HOST:-127.0.0.1}:${PORT:-8080}:80, but listens on 8080'],
  ['docker-compose.yml', '  kernel:\n', "  kernel:\n    ports: ['1:1']\n", 'kernel: publishes a port'],
  [
    'docker-compose.yml',
    `'"\${KERNEL_NATS_PASSWORD:?set KERNEL_NATS_PASSWORD}"'`,
    '${KERNEL_NATS_PASSWORD:?set it}',
    'nats: KERNEL_NATS_PASSWORD is missing, or not in quotes',
  ],
  ['docker-compose.yml', 'NATS_USER: kernel', 'NATS_USER: billing', 'kernel: NATS_USER billing is not its user in deploy/nats.conf'],
  ['docker-compose.yml', 'NATS_PASSWORD: ${KERNEL', 'NATS_PASSWORD: ${BILLING', 'kernel: NATS_PASSWORD is not the password of its user'],
  ['docker-compose.yml', 'nats://nats:4222', 'nats://queue:4222', 'kernel: NATS_URL nats://queue:4222 is not nats://nats:4222'],
  [
    'docker-compose.yml',
    'postgres://skep_kernel:',
    'postgres://kernel:',
    expect.stringMatching(/^kernel: DATABASE_URL is not postgres:\/\/skep_kernel:/),
  ],
  [
    'docker-compose.yml',
    'postgres://skep_kernel_owner:',
    'postgres://skep_kernel:',
    expect.stringMatching(/^kernel: DATABASE_OWNER_URL is not postgres:\/\/skep_kernel_owner:/),
  ],
  [
    'docker-compose.yml',
    '      KERNEL_DATABASE_PASSWORD:',
    '      CORE_DATABASE_PASSWORD:',
    'postgres: KERNEL_DATABASE_PASSWORD is not set',
  ],
  ['deploy/nats.conf', 'user: kernel,', 'user: core,', 'kernel: NATS_USER kernel is not its user in deploy/nats.conf'],
  ['deploy/Dockerfile', 'FROM manifests AS', 'FROM manifest AS', 'deploy/Dockerfile: FROM manifest is neither Node 24 nor a stage'],
  ['deploy/Dockerfile', '--from=build', '--from=built', 'deploy/Dockerfile: COPY --from=built: no earlier stage has this name'],
  ['deploy/Dockerfile', 'COPY . .\nRUN TURBO', 'COPY source .\nRUN TURBO', 'deploy/Dockerfile: COPY source: file not found'],
  ['deploy/Dockerfile', '"tools/skep.mjs"', '"tools/step.mjs"', 'deploy/Dockerfile: CMD runs /skep/tools/step.mjs, which does not exist'],
  ['deploy/Dockerfile', 'USER node\n', '', 'deploy/Dockerfile: the process runs as root'],
  ['deploy/Dockerfile', 'NODE_ENV=production', 'NODE_ENV=development', 'deploy/Dockerfile: NODE_ENV is not production'],
  ['deploy/Dockerfile', '?? 9090', '?? 8080', 'deploy/Dockerfile: HEALTHCHECK does not use port 9090'],
  ['deploy/Dockerfile', 'EXPOSE 9090', 'EXPOSE 8080', 'deploy/Dockerfile: EXPOSE 8080, but the management port is 9090'],
  ['deploy/Dockerfile', 'npm ci --omit=dev', 'npm ci', 'deploy/Dockerfile: the image contains development packages'],
  [
    'deploy/Dockerfile',
    ' apps/*/schema.txt',
    '',
    'deploy/Dockerfile: the image has no schema.txt, so a service does not compare its schema',
  ],
  [
    '.dockerignore',
    '*\n!package.json',
    '!package.json',
    '.dockerignore: the first line must be *, so that no secret can get into an image',
  ],
  ['.dockerignore', '!libs', '!lib', '.dockerignore: keeps lib, which does not exist'],
  ['.dockerignore', '!turbo.json\n', '', '.dockerignore: excludes turbo.json, which the build needs'],
])('%s: %j replaced by %j is reported', (file, text, replacement, fault) => {
  expect(files[file]).toContain(text);
  expect(check({ ...files, [file]: files[file].replaceAll(text, () => replacement) })).toContainEqual(fault);
});
