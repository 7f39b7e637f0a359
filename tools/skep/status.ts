import type { ProcessStatus } from '../operator/processes.ts';
import type { OperatorStatus } from '../operator/status.ts';
import type { Command } from '../cli/commands.ts';
import { table } from '../cli/table.ts';
import { operatorNatsUrl, readAsOperator } from '../cli/run-as-operator.ts';
import { publicUrlOf } from '../start/installation.ts';
import { natsAnswers } from '../start/nats.ts';
import { services } from '../start/services.mjs';

const TIMEOUT_MS = 3_000;
const servicesOnNats = services.filter(({ database }) => database);

export const commands: Command[] = [
  {
    usage: 'status [--json]',
    summary:
      'Shows whether every part is ready, the age of events in outboxes, the lag of consumers and how full the stream of events is; fails if a part is not ready',
    example: 'status',
    async run() {
      const { processes: _, ...data } = await readStatus();
      const parts = table(data.parts, ['part', 'state', 'processes', 'outbox_age_ms'], '');
      const consumers = table(data.consumers, ['name', 'pending', 'in_hand'], 'No consumers.');
      const text = [parts, consumers, streamLine(data.stream), ...data.warnings.map((warning) => `Warning: ${warning}.`)].join('\n\n');
      return { data, text, code: data.ready ? 0 : 1 };
    },
  },
];

/** What `status` knows, with what each process reports. */
export type Status = Awaited<ReturnType<typeof readStatus>>;

/** Without NATS, the state of the services and of Postgres is unknown. */
export async function readStatus() {
  const [gateway, nats] = await Promise.all([isGatewayReady(), natsAnswers(operatorNatsUrl())]);
  const CONTEXTS = servicesOnNats.map(({ context }) => context).join(',');
  const { processes, consumers, stream }: Partial<OperatorStatus> = nats
    ? await readAsOperator<OperatorStatus>('status.ts', { CONTEXTS })
    : {};
  const answers = Object.values(processes ?? {}).flat();
  const parts: PartStatus[] = [
    { part: 'postgres', state: toState(answers.map(({ parts }) => parts.postgres)) },
    { part: 'nats', state: nats ? 'ready' : 'down' },
    ...servicesOnNats.map(({ name, context }) =>
      processes ? toServiceState(name, processes[context] ?? []) : { part: name, state: 'unknown' },
    ),
    { part: 'api-gateway', state: gateway ? 'ready' : 'down' },
  ];
  const warnings = [...new Set(answers.flatMap(({ warnings = [] }) => warnings))];
  return {
    ready: parts.every(({ state }) => state === 'ready'),
    parts,
    consumers: consumers ?? [],
    stream,
    warnings,
    processes: processes ?? {},
  };
}

function streamLine(stream: OperatorStatus['stream']): string {
  if (!stream) return 'No stream of events.';
  const { bytes, max_bytes, messages } = stream;
  const share = max_bytes > 0 ? `${Math.round((100 * bytes) / max_bytes)} % of ${max_bytes} bytes` : 'no limit';
  return `The stream of events has ${messages} events in ${bytes} bytes (${share}).`;
}

interface PartStatus {
  part: string;
  state: string;
  processes?: number;
  outbox_age_ms?: number;
}

function toServiceState(part: string, processes: ProcessStatus[]): PartStatus {
  if (processes.length === 0) return { part, state: 'down', processes: 0 };
  const ages = processes.flatMap(({ outbox_age_ms }) => outbox_age_ms ?? []);
  const state = toState(processes.map(({ ready }) => ready));
  return { part, state, processes: processes.length, ...(ages.length > 0 && { outbox_age_ms: Math.max(...ages) }) };
}

function toState(all: (boolean | undefined)[]): string {
  if (all.length === 0) return 'unknown';
  return all.every(Boolean) ? 'ready' : 'not ready';
}

const isGatewayReady = () =>
  fetch(new URL('/healthz', publicUrlOf()), { signal: AbortSignal.timeout(TIMEOUT_MS) }).then(
    ({ ok }) => ok,
    () => false,
  );
