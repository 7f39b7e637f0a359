import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import type { ChartService } from '../generate/chart.ts';
import { ROOT } from '../setup/paths.mjs';
import { writeSchemas } from './schemas.ts';
import { type KubernetesObject, policies } from './policies.ts';

/**
 * Checks the chart: each file of deploy/chart/ci is rendered, linted, validated by the API's own schemas, judged by the pod security admission
 * of Kubernetes, and compared with the declarations of the services. Values that must be refused are tried too.
 *
 * Needs HELM, KUBECONFORM, POD_SECURITY and KUBERNETES (the folder of the module k8s.io/kubernetes): see .ci/chart.
 */
const { HELM = 'helm', KUBECONFORM = 'kubeconform', POD_SECURITY = 'pod-security', KUBERNETES = '' } = process.env;
const CHART = join(ROOT, 'deploy/chart');
const VERSION = '1.33.0';
const run = promisify(execFile);
const { services } = JSON.parse(readFileSync(join(CHART, 'files/services.json'), 'utf8')) as { services: ChartService[] };

let passed = 0;
const failures: string[] = [];
async function check(name: string, test: () => Promise<void> | void): Promise<void> {
  try {
    await test();
    passed++;
    console.log(`ok    ${name}`);
  } catch (error) {
    failures.push(name);
    const { message, stdout = '', stderr = '' } = error as Error & { stdout?: string; stderr?: string };
    console.log(`FAIL  ${name}\n${stdout}${stderr || message}`);
  }
}

async function pipe(command: string, args: string[], input: string): Promise<void> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (text: Buffer) => (output += text.toString()));
  child.stdin.end(input);
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(output);
}

const refused = (work: Promise<void>) =>
  work.then(
    () => {
      throw new Error('it was allowed');
    },
    () => undefined,
  );

const template = async (...args: string[]) =>
  (await run(HELM, ['template', 'skep', CHART, '--kube-version', VERSION, ...args], { maxBuffer: 1 << 26 })).stdout;

const schemas = mkdtempSync(join(tmpdir(), 'skep-schemas-'));
writeSchemas(join(KUBERNETES, 'api/openapi-spec/swagger.json'), schemas);
/** The kinds of operators have schemas of their own, which are not in Kubernetes. */
const OF_OPERATORS = 'ServiceMonitor,ScaledObject,ExternalSecret';
const CONFORM = ['-strict', '-skip', OF_OPERATORS, '-schema-location', `${schemas}/{{.ResourceKind}}{{.KindSuffix}}.json`, '-'];

for (const file of readdirSync(join(CHART, 'ci')).filter((name) => name.endsWith('-values.yaml'))) {
  const values = join(CHART, 'ci', file);
  let text = '';
  let objects: KubernetesObject[] = [];
  await check(
    `${file}: helm lint`,
    async () => void (await run(HELM, ['lint', CHART, '--strict', '--kube-version', VERSION, '-f', values])),
  );
  await check(`${file}: renders`, async () => {
    text = await template('-f', values);
    objects = parseAllDocuments(text).flatMap((document) => (document.toJS() as KubernetesObject | null) ?? []);
  });
  await check(`${file}: kubeconform`, () => pipe(KUBECONFORM, CONFORM, text));
  await check(`${file}: pod security standard restricted`, () => pipe(POD_SECURITY, [], JSON.stringify(podsOf(objects))));
  for (const [name, policy] of Object.entries(policies))
    await check(`${file}: ${name}`, () => policy(objects, services, parseAllDocuments(readFileSync(values, 'utf8'))[0]!.toJS()));
}

const PRIVILEGED = [{ name: 'bad', spec: { containers: [{ name: 'a', securityContext: { privileged: true } }] } }];
await check('a privileged pod is refused by the same evaluator', () => refused(pipe(POD_SECURITY, [], JSON.stringify(PRIVILEGED))));
const MISSPELLED = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' }, spec: { sellector: { a: 'b' } } };
await check('a misspelled field is refused by the same schemas', () => refused(pipe(KUBECONFORM, CONFORM, JSON.stringify(MISSPELLED))));

const LEAST = join(CHART, 'ci/least-values.yaml');
const REFUSED: Record<string, [args: string[], says: RegExp]> = {
  'an unknown key': [['--set', 'replicas=3'], /replicas/],
  'an unknown setting': [['--set', 'settings.SKEP_PUBLIK_URL=https://a.example.com'], /SKEP_PUBLIK_URL/],
  'a secret among the settings': [['--set', 'settings.SKEP_SERVICE_TOKEN=abc'], /SKEP_SERVICE_TOKEN/],
  'no source of secrets': [['--set', 'secrets.existing='], /secrets/],
  'no public address': [['--set', 'settings.SKEP_PUBLIC_URL=null'], /SKEP_PUBLIC_URL/],
  'no place for files': [['--set', 'files.claim='], /files/],
  'no Postgres': [['--set', 'postgres.host='], /host/],
  'a setting that the service does not know': [['--set', 'services.registry.env.SKEP_LLM_PROVIDER=openai'], /not a setting of registry/],
  'an unknown service': [['--set', 'services.biling.replicas=3'], /biling/],
};
for (const [name, [args, says]] of Object.entries(REFUSED))
  await check(`${name} is refused, and named`, async () => {
    const error = await template('-f', LEAST, ...args).then(
      () => undefined,
      ({ stderr }: { stderr: string }) => stderr,
    );
    if (!error || !says.test(error)) throw new Error(error ?? 'it was rendered');
  });

rmSync(schemas, { recursive: true });
console.log(`\n${passed} passed, ${failures.length} failed`);
process.exitCode = failures.length ? 1 : 0;

/** The pods that the objects create, with the name of each. */
function podsOf(objects: readonly KubernetesObject[]): object[] {
  return objects.flatMap(({ kind, metadata, spec }) =>
    spec?.template ? [{ name: `${kind} ${metadata.name}`, spec: spec.template.spec }] : [],
  );
}
