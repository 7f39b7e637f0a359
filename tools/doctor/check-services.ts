import type { Status } from '../skep/status.ts';
import { age, type Finding } from './finding.ts';

const OUTBOX_MS = 60_000;
const PENDING = 1_000;
const STREAM_SHARE = 0.7;
const CLOCK_MS = 1_000;

const logOf = (service: string) => `Read its log: npm run skep -- logs ${service}.`;

/** What is wrong with what runs, from what each process reports. */
export const checkServices = (status: Status): Finding[] => [
  ...status.parts.flatMap(checkPart),
  ...checkEvents(status),
  ...checkClocks(status),
  ...checkKeys(status),
  ...notConfigured(status),
];

function checkPart({ part, state, outbox_age_ms = 0 }: Status['parts'][number]): Finding[] {
  const found: Finding[] = [];
  if (state !== 'ready' && state !== 'unknown')
    found.push({
      level: 'fault',
      area: 'services',
      what: `${part} is ${state}.`,
      todo: state === 'down' ? `Start it. ${logOf(part)}` : logOf(part),
    });
  if (outbox_age_ms > OUTBOX_MS)
    found.push({
      ...{ level: 'fault', area: 'events', what: `${part} has had an event for ${age(outbox_age_ms)} that it could not send.` },
      todo: `See whether NATS takes events (docs/operations.md). ${logOf(part)}`,
    });
  return found;
}

function checkEvents({ consumers, stream, warnings }: Status): Finding[] {
  const behind = consumers.filter(({ pending }) => pending > PENDING);
  const share = stream && stream.max_bytes > 0 ? stream.bytes / stream.max_bytes : 0;
  return [
    ...behind.map(({ name, pending }) => ({
      ...{ level: 'warning' as const, area: 'events' as const, what: `The consumer ${name} has ${pending} events to consume.` },
      todo: 'If the number grows, its service is too slow or fails: read its log, and start more copies.',
    })),
    ...(share > STREAM_SHARE
      ? [
          {
            ...{ level: 'fault' as const, area: 'events' as const, what: `The stream of events is ${Math.round(share * 100)} % full.` },
            todo: 'Find the consumer that is behind, or raise SKEP_STREAM_MAX_BYTES and run npm run skep -- update-stream.',
          },
        ]
      : []),
    ...warnings.map((what) => ({
      level: 'warning' as const,
      area: 'services' as const,
      what: `${what}.`,
      todo: 'See docs/operations.md.',
    })),
  ];
}

function checkClocks({ processes }: Status): Finding[] {
  const ahead = Object.values(processes)
    .flat()
    .flatMap(({ clock_ahead_ms = {} }) => Object.entries(clock_ahead_ms));
  const worst = new Map<string, number>();
  for (const [other, ms] of ahead) if (Math.abs(ms) > Math.abs(worst.get(other) ?? CLOCK_MS)) worst.set(other, ms);
  return [...worst].map(([other, ms]) => ({
    ...{
      level: 'warning',
      area: 'clock',
      what: `The clock here is ${age(Math.abs(ms))} ${ms > 0 ? 'ahead of' : 'behind'} that of ${other}.`,
    },
    todo: 'Synchronise both clocks (NTP): tokens, codes and deadlines depend on them.',
  }));
}

/** Processes of one start have the same keys; during a change of the key some have two. */
function checkKeys({ processes }: Status): Finding[] {
  const first = new Set(
    Object.values(processes)
      .flat()
      .flatMap(({ encryption_keys = [] }) => encryption_keys.slice(0, 1)),
  );
  if (first.size < 2) return [];
  return [
    {
      ...{ level: 'fault', area: 'secrets', what: 'Processes seal secrets with different SKEP_ENCRYPTION_KEYs.' },
      todo: 'Give all of them the same setting, and restart them (docs/operations.md).',
    },
  ];
}

function notConfigured({ processes }: Status): Finding[] {
  const off = new Map(
    Object.values(processes)
      .flat()
      .flatMap(({ not_configured = {} }) => Object.entries(not_configured)),
  );
  return [...off].map(([feature, settings]) => ({
    ...{ level: 'note', area: 'settings', what: `${feature} is off.` },
    todo: `To use it, set ${settings.join(', ')}.`,
  }));
}
