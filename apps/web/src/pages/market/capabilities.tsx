import type { Shapes } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { toWords } from '../../ui/format.js';

/** What an app may do, computed from its release. */
export function Capabilities({ capabilities }: { capabilities: Shapes['Capabilities'] | null }) {
  const {
    reads = [],
    writes = [],
    destructive = [],
    hosts,
    secrets = [],
    connections = [],
    webhooks = [],
    schedules = [],
  } = capabilities ?? {};
  const rows: [string, string[], boolean?][] = [
    [m.listing.destructive, destructive.map(toWords), true],
    [m.listing.writes, writes.map(toWords)],
    [m.listing.reads, reads.map(toWords)],
    [m.listing.hosts, (hosts as string[] | null | undefined) ?? []],
    [m.listing.accounts, connections.map(({ provider }) => provider)],
    [m.listing.secrets, secrets.map(({ name }) => name)],
    [m.listing.webhooks, webhooks.map(({ method, path }) => `${method} ${path}`)],
    [m.listing.schedules, schedules.map(({ name, cron }) => `${name} (${cron})`)],
  ];
  const shown = rows.filter(([, values]) => values.length);
  const flags = [capabilities?.models && m.listing.models, capabilities?.other_apps && m.listing.otherApps].filter(
    (flag) => typeof flag === 'string',
  );
  if (!shown.length && !flags.length) return <p className="text-sm text-muted">{m.listing.nothing}</p>;
  return (
    <div className="grid gap-3 text-sm">
      {shown.length > 0 && (
        <dl className="grid gap-3">
          {shown.map(([title, values, isDangerous]) => (
            <div key={title} className="grid gap-0.5">
              <dt className={`font-medium ${isDangerous ? 'text-danger' : ''}`}>{title}</dt>
              <dd className="text-muted [overflow-wrap:anywhere]">{values.join(', ')}</dd>
            </div>
          ))}
        </dl>
      )}
      {flags.map((flag) => (
        <p key={flag} className="font-medium">
          {flag}
        </p>
      ))}
    </div>
  );
}
