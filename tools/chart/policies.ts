import { deepStrictEqual, ok } from 'node:assert/strict';
import type { ChartService } from '../generate/chart.ts';

interface EnvVar {
  name: string;
  value?: string;
  valueFrom?: { secretKeyRef: { name: string; key: string; optional?: boolean } };
}
interface Rule {
  ports?: { port: number | string }[];
  to?: { ipBlock?: object; podSelector?: object }[];
}
export interface KubernetesObject {
  kind: string;
  metadata: { name: string; labels: Record<string, string>; annotations?: Record<string, string> };
  spec?: {
    template?: { metadata: { labels: Record<string, string> }; spec: { containers: { env: EnvVar[]; args?: string[] }[] } };
    replicas?: number;
    selector?: { matchLabels: Record<string, string> };
    podSelector?: { matchLabels: Record<string, string> };
    policyTypes?: string[];
    egress?: Rule[];
    ingress?: Rule[];
  };
}
interface Values {
  nats?: { url?: string };
  defaults?: { autoscaling?: { enabled?: boolean } };
  keda?: { enabled?: boolean };
}
type Policy = (objects: readonly KubernetesObject[], services: readonly ChartService[], values: Values) => void;

const named = (objects: readonly KubernetesObject[], kind: string, name: string) => {
  const found = objects.find((object) => object.kind === kind && object.metadata.name === `skep-${name}`);
  ok(found, `there is no ${kind} skep-${name}`);
  return found;
};
const containerOf = ({ spec }: KubernetesObject) => spec!.template!.spec.containers[0]!;
const envOf = (object: KubernetesObject) => new Map(containerOf(object).env.map((variable) => [variable.name, variable]));

/** What must be true of the rendered chart, by what it says. */
export const policies: Record<string, Policy> = {
  'each service has what it needs': (objects, services, { defaults, keda }) => {
    for (const { name, database } of services) {
      for (const kind of ['Deployment', 'Service', 'PodDisruptionBudget', 'NetworkPolicy']) named(objects, kind, name);
      if (keda?.enabled) named(objects, 'ScaledObject', name);
      else if (defaults?.autoscaling?.enabled) named(objects, 'HorizontalPodAutoscaler', name);
      else ok(named(objects, 'Deployment', name).spec!.replicas! > 1, `${name} has one replica`);
      const file = `apps/${name}/dist/src/main.js`;
      deepStrictEqual(containerOf(named(objects, 'Deployment', name)).args, ['node', file]);
      if (database) deepStrictEqual(containerOf(named(objects, 'Job', `migrate-${name}`)).args, ['node', file, 'migrate']);
      if (database) ok(named(objects, 'Job', `migrate-${name}`).metadata.annotations?.['helm.sh/hook']?.includes('pre-upgrade'));
    }
    deepStrictEqual(objects.filter(({ kind }) => kind === 'Deployment').length, services.length);
  },
  'selectors find the pods of one part, and of this release': (objects) => {
    for (const { kind, metadata, spec } of objects) {
      const wanted = spec?.selector?.matchLabels;
      if (!wanted || kind === 'ServiceMonitor') continue;
      const found = objects.filter(({ spec: other }) =>
        Object.entries(wanted).every(([label, value]) => other?.template?.metadata.labels[label] === value),
      );
      deepStrictEqual([metadata.name, found.length], [metadata.name, 1]);
    }
  },
  'secrets come from the Secret, and each required setting is given': (objects, services) => {
    for (const { name, secret, required, env } of services) {
      const variables = envOf(named(objects, 'Deployment', name));
      for (const setting of [...secret, 'NATS_PASSWORD'])
        ok(variables.get(setting)?.valueFrom?.secretKeyRef.key, `${name} lacks ${setting}`);
      for (const setting of required)
        ok(variables.has(setting) && !variables.get(setting)!.valueFrom?.secretKeyRef.optional, `${name} lacks ${setting}`);
      deepStrictEqual(variables.get('NATS_PASSWORD')!.valueFrom!.secretKeyRef.key, `${env}_NATS_PASSWORD`);
      for (const { value = '' } of variables.values()) ok(!/:\/\/[^:@/]+:(?!\$\()[^@]+@/.test(value), `${name} has a password in a URL`);
    }
  },
  'a Job migrates with the settings of its service': (objects, services) => {
    for (const { name, database } of services)
      if (database) deepStrictEqual(envOf(named(objects, 'Job', `migrate-${name}`)), envOf(named(objects, 'Deployment', name)));
  },
  'nothing is reachable but what follows from the declarations': (objects, services, { nats }) => {
    const everything = named(objects, 'NetworkPolicy', 'default').spec!;
    deepStrictEqual(everything.policyTypes, ['Ingress', 'Egress']);
    deepStrictEqual(
      everything.egress!.flatMap(({ ports }) => ports!.map(({ port }) => port)),
      [53, 53],
    );
    for (const { name, database, outgoing } of services) {
      const { spec } = named(objects, 'NetworkPolicy', name);
      const ports = spec!.egress!.flatMap((rule) => rule.ports!.map(({ port }) => port));
      deepStrictEqual(ports.includes(5432), database !== undefined, `${name} and Postgres`);
      deepStrictEqual(
        spec!.egress!.some(({ to }) => to?.some(({ ipBlock }) => ipBlock)),
        outgoing,
        `${name} and other addresses`,
      );
      deepStrictEqual(spec!.policyTypes!.includes('Ingress'), database === undefined, `${name} and requests`);
    }
    const ofNats = objects.filter(({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.name === 'skep-nats');
    deepStrictEqual(ofNats.length, nats?.url ? 0 : 1);
  },
};
