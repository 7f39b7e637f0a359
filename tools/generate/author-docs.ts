import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Arg, COMPARISONS, VERBS } from '@skep/contracts/authoring';
import type { TierTerms } from '@skep/contracts/portal';
import { NODE_TYPES } from '@skep/ui-nodes';
import { ROOT } from '../setup/paths.mjs';
import { replacePart, table } from './parts.ts';

/** What the kernel's build exports of the IR. */
interface Language {
  FILTERS: Record<string, { example: string; description: string }>;
}

const read = async <T>(app: string, file: string) => (await import(pathToFileURL(join(ROOT, 'apps', app, 'dist/src', file)).href)) as T;

/** Writes the tables of docs/apps/ir.md: the verbs, filters and comparators that the kernel knows. */
export async function irTables(text: string): Promise<string> {
  const { FILTERS } = await read<Language>('kernel', 'ir/filters.js');
  const verbs = Object.entries(VERBS).map(([verb, { permission, result, required, optional, oneOf = [] }]) => {
    const args: Readonly<Record<string, Arg>> = { ...required, ...optional };
    const describe = (names: readonly string[], separator = '; ') =>
      names.map((name) => `\`${name}\`: ${args[name]!.description}`).join(separator);
    const needed = [describe(Object.keys(required)), oneOf.length ? `one of ${describe(oneOf, ', ')}` : ''].filter(Boolean).join('; ');
    const others = describe(Object.keys(optional).filter((name) => !oneOf.includes(name)));
    return [`\`${verb}\``, needed, others, result, permission ? `\`${permission}\`` : ''];
  });
  const filters = Object.entries(FILTERS).map(([name, { example, description }]) => [`\`${name}\``, `\`${example}\``, description]);
  const comparators = Object.entries(COMPARISONS).map(([name, description]) => [`\`${name}\``, description]);
  return [
    { name: 'verbs', head: ['verb', 'required', 'optional', 'result', 'permission'], rows: verbs },
    { name: 'filters', head: ['filter', 'example', 'gives'], rows: filters },
    { name: 'comparators', head: ['comparator', 'is true if'], rows: comparators },
  ].reduce(replaceTable, text);
}

/** Writes the table of docs/apps/panels.md: every type of node with every prop that the renderer reads. */
export function nodeTable(text: string): string {
  const types = [...NODE_TYPES].sort((a, b) => a.type.localeCompare(b.type));
  const rows = types.map(({ type, fields }) => [
    `\`${type}\``,
    Object.keys(fields)
      .map((prop) => `\`${prop}\``)
      .join(', '),
  ]);
  return replaceTable(text, { name: 'nodes', head: ['type', 'props'], rows });
}

/** Writes the table of docs/apps/prices.md: the terms of each tier. */
export async function tierTable(text: string): Promise<string> {
  const { TIER_TERMS } = await read<{ TIER_TERMS: Record<string, TierTerms> }>('developer-portal', 'developer/tiers.js');
  const rows = Object.values(TIER_TERMS).map(({ tier, split, apps, analytics_days, payouts, price, for_sale }) => [
    ...[`\`${tier}\``, `${split} %`, apps === null ? 'any number' : String(apps), String(analytics_days), payouts ? 'yes' : 'no'],
    for_sale ? price.toLocaleString('en-US') : 'granted by administrators',
  ]);
  return replaceTable(text, {
    name: 'tiers',
    head: ['tier', 'your share of a price', 'apps', 'days of analytics', 'payouts', 'credits a year'],
    rows,
  });
}

function replaceTable(text: string, { name, head, rows }: { name: string; head: string[]; rows: string[][] }): string {
  const mark = (end: string) => `<!-- ${end}: npm run generate, ${name} -->`;
  return replacePart(text, mark('begin'), mark('end'), ['', table(head, rows), ''].join('\n'));
}
