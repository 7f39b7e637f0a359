import { descriptionOf } from '@skep/contracts';
import type { Declaration } from '@skep/platform';
import { replacePart, table } from './parts.ts';
import type { Settings } from './services.ts';

const BEGIN = '<!-- begin: npm run generate -->';
const END = '<!-- end: npm run generate -->';

/** Writes the generated part of an app's README: what it does on the bus, and its own settings. */
export function readme(text: string, declaration: Declaration, settings: Settings): string {
  return replacePart(text, BEGIN, END, ['', ...onTheBus(declaration), ...settingsTable(settings)].join('\n'));
}

function onTheBus({ context, calls, listens, consumes, publishes }: Declaration): string[] {
  const rows = (verb: string, members: Declaration['publishes']) =>
    members.map((member) => [
      verb,
      `\`${member.context === context ? '' : `${member.context}.`}${member.name}\``,
      descriptionOf(member.payload) ?? '',
    ]);
  const messages = [...rows('publishes', publishes), ...rows('consumes', consumes), ...rows('listens to', listens)];
  return [
    ...(messages.length ? [table(['', 'event', 'meaning'], messages), ''] : []),
    ...(context && calls.length ? [callsLine(calls), ''] : []),
  ];
}

function callsLine(calls: Declaration['calls']): string {
  const byContext = Map.groupBy(calls, (operation) => operation.context);
  const lists = [...byContext]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([context, operations]) => {
      const names = operations.map(({ name }) => name).sort();
      return `- of \`${context}\`: ${names.map((name) => `\`${name}\``).join(', ')}`;
    });
  return ['It calls these operations:', '', ...lists].join('\n');
}

function settingsTable(settings: Settings): string[] {
  const rows = Object.entries(settings).map(([name, { required, default: initial, description }]) => [
    `\`${name}\``,
    required ? 'required' : initial ? `\`${initial}\`` : '',
    description,
  ]);
  const others = 'The settings of every process are in [.env.example](../../.env.example).';
  return rows.length ? [table(['setting', 'default', 'meaning'], rows), '', others, ''] : [others, ''];
}
