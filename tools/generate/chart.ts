import { databaseName, envName } from '../start/services.mjs';
import { isSecret } from './secret-settings.ts';
import type { ServiceInfo, Services, Settings } from './services.ts';

/** A service as the templates of the chart know it. */
export interface ChartService {
  name: string;
  /** The prefix of its secrets, such as `BILLING_NATS_PASSWORD`. */
  env: string;
  /** The name of its database and role; absent if it has none. */
  database?: string;
  /** Whether it calls addresses outside the cluster. */
  outgoing: boolean;
  /** Its settings by kind. */
  plain: string[];
  secret: string[];
  required: string[];
}

/** What the templates or Kubernetes set. */
const FIXED = ['HOST', 'PORT', 'MANAGEMENT_PORT', 'MANAGEMENT_HOST', 'NODE_ENV', 'NATS_URL', 'NATS_USER', 'NATS_PASSWORD', 'SKEP_DATA'];
const FIXED_DATABASE = ['DATABASE_URL', 'DATABASE_OWNER_URL'];
/** Optional for a process, but a deployment without them is of no use. */
const REQUIRED = ['SKEP_PUBLIC_URL', 'SKEP_ADMIN_EMAIL', 'SKEP_ADMIN_PASSWORD', 'SMTP_URL'];
/** What `files/services.json` of the chart contains. */
export function chartServices({ common, services }: Services): { services: ChartService[] } {
  return { services: services.map((service) => toChartService(service, { ...common.process, ...common.database })) };
}

function toChartService({ name, database, outgoing, settings }: ServiceInfo, common: Settings): ChartService {
  const own = Object.keys(settings);
  const names = [...own, ...Object.keys(common)].filter((setting) => ![...FIXED, ...FIXED_DATABASE].includes(setting));
  return {
    name,
    env: envName(name),
    ...(database && { database: databaseName(name) }),
    outgoing: outgoing.length > 0,
    plain: names.filter((setting) => !isSecret(setting)),
    secret: names.filter(isSecret),
    required: own.filter((setting) => REQUIRED.includes(setting) || settings[setting]?.required),
  };
}

const object = (properties: object, required: string[] = [], description?: string) => ({
  type: 'object',
  additionalProperties: false,
  ...(description && { description }),
  properties,
  ...(required.length && { required }),
});
const text = (description: string) => ({ type: 'string', description });
const count = (minimum: number) => ({ type: 'integer', minimum });
const anything = { type: 'object' };
const objects = { type: 'array', items: anything };

/** The schema of the chart's values (JSON Schema draft-07, which Helm reads): unknown keys are refused, and one source of secrets is required. */
export function valuesSchema(described: Services): object {
  const { services } = chartServices(described);
  const all: Settings = Object.assign(
    {},
    described.common.process,
    described.common.database,
    ...described.services.map(({ settings }) => settings),
  );
  const plain = [...new Set(services.flatMap((service) => service.plain))];
  const service = object({
    replicas: count(0),
    resources: anything,
    env: { type: 'object', additionalProperties: { type: 'string' }, description: 'Settings of this service only.' },
    autoscaling: object({ enabled: { type: 'boolean' }, min: count(1), max: count(1), cpu: count(1), metrics: objects }),
    nodeSelector: anything,
    tolerations: objects,
    affinity: anything,
    podAnnotations: anything,
  });
  const peers = { type: 'array', items: anything, description: 'Peers of a NetworkPolicy.' };
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Values of the chart skep',
    ...object(
      {
        global: anything,
        nameOverride: text('Replaces the name of the chart in names.'),
        fullnameOverride: text('Replaces the names’ prefix.'),
        image: object({
          repository: text('Registry, folder and name of the image.'),
          tag: text('Version; that of the chart by default.'),
          digest: { type: 'string', pattern: '^(sha256:[0-9a-f]{64})?$', description: 'Instead of the tag.' },
          pullPolicy: { enum: ['Always', 'IfNotPresent', 'Never'] },
          pullSecrets: { type: 'array', items: { type: 'string' } },
        }),
        secrets: {
          ...object({
            existing: text('Name of a Secret, made with `npm run skep -- secrets` for example.'),
            external: object({
              store: text('Name of a store of External Secrets.'),
              kind: { enum: ['SecretStore', 'ClusterSecretStore'] },
              key: text('The entry in it.'),
            }),
          }),
          anyOf: [
            { properties: { existing: { minLength: 1 } }, required: ['existing'] },
            {
              properties: { external: { properties: { store: { minLength: 1 }, key: { minLength: 1 } }, required: ['store', 'key'] } },
              required: ['external'],
            },
          ],
        },
        settings: object(
          Object.fromEntries(plain.map((setting) => [setting, text(all[setting]?.description ?? '')])),
          ['SKEP_PUBLIC_URL', 'SKEP_ADMIN_EMAIL'],
          'Settings of all services that know them.',
        ),
        files: object({ claim: text('A PersistentVolumeClaim that many pods can write; else SKEP_OBJECTS is a bucket of S3.') }),
        defaults: service,
        services: object(Object.fromEntries(services.map(({ name }) => [name, service]))),
        postgres: object(
          {
            host: { type: 'string', minLength: 1 },
            port: count(1),
            options: text('Appended to URLs, such as `?sslmode=verify-full`.'),
            init: object({
              enabled: { type: 'boolean' },
              superuserSecret: text('A Secret with `username` and `password`.'),
              image: text('An image with psql and bash.'),
            }),
            peers,
          },
          ['host'],
        ),
        nats: object({
          url: text('URL of a NATS of your own; else the chart runs one.'),
          image: text('Image of nats-server.'),
          storage: text('Size of its volume.'),
          storageClass: text('Class of its volume.'),
          resources: anything,
          peers,
        }),
        ingress: object({
          enabled: { type: 'boolean' },
          className: text('Class of the ingress.'),
          host: text('Host name.'),
          tlsSecret: text('A Secret with the certificate.'),
          annotations: anything,
        }),
        gateway: object({ service: object({ type: { enum: ['ClusterIP', 'NodePort', 'LoadBalancer'] }, annotations: anything }) }),
        networkPolicy: object({
          enabled: { type: 'boolean' },
          ingressPeers: peers,
          monitoringPeers: peers,
          outgoingPorts: { type: 'array', items: count(1) },
          privateRanges: { type: 'array', items: { type: 'string' } },
        }),
        tracing: object({
          endpoint: text('URL of an OTLP receiver; no traces without it.'),
          protocol: { enum: ['http/protobuf', 'http/json'] },
          sampler: text('OTEL_TRACES_SAMPLER.'),
          samplerArg: text('OTEL_TRACES_SAMPLER_ARG.'),
          port: count(1),
          peers,
        }),
        monitoring: object({ serviceMonitor: { type: 'boolean' }, interval: text('How often metrics are read.') }),
        keda: object({ enabled: { type: 'boolean' }, prometheus: text('URL of Prometheus.') }),
      },
      ['secrets', 'settings', 'postgres'],
    ),
  };
}
