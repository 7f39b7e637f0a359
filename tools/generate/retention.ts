import type { Declaration } from '@skep/platform';
import { replacePart, table } from './parts.ts';
import type { Settings } from './services.ts';

const BEGIN = '<!-- begin: npm run generate, retention -->';
const END = '<!-- end: npm run generate, retention -->';

type Retention = Declaration['retention'][number];

/** Writes the table of docs/operations.md: how long each table is kept. Tables that every service has come first, once. */
export function retentionTable(text: string, declarations: readonly Declaration[], settingsOf: (service: string) => Settings): string {
  const owners = declarations.filter(({ context }) => context);
  const [first] = owners;
  const common = first ? first.retention.filter((retention) => owners.every((owner) => owner.retention.includes(retention))) : [];
  const rows = [
    ...common.map((retention) => toRow('every service', retention, {})),
    ...owners.flatMap(({ name, retention }) =>
      retention.filter((one) => !common.includes(one)).map((one) => toRow(name, one, settingsOf(name))),
    ),
  ];
  return replacePart(text, BEGIN, END, ['', table(['service', 'table', 'kept', 'setting', 'removed by'], rows), ''].join('\n'));
}

function toRow(service: string, { table, period, removal, because }: Retention, settings: Settings): string[] {
  const setting = typeof period === 'object' ? period.days : undefined;
  const initial = setting === undefined ? '' : (settings[setting]?.default ?? '');
  const time = setting === undefined ? String(period) : `${initial} days`;
  const isKept = !removal || (time === '0 days' && setting !== undefined);
  const kept = isKept
    ? `for ever${removal ? ', or days' : ':'} ${because}`
    : time === '0 days'
      ? because.replace('after', 'until')
      : `${time} ${because}`;
  const removedBy = removal ? ('by' in removal ? `\`${removal.by}\`` : 'batches') : '';
  return [service, `\`${table}\``, kept, setting ? `\`${setting}\`` : '', removedBy];
}
