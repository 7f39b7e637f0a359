import { CATEGORY_GROUPS } from '@skep/contracts';
import type { Range, Ranges } from './sizes.ts';
import type { World } from './world.ts';

/*
 * SQL expressions for the n-th person, app and so on: the same in every service and in every fill.
 * A parameter is itself an SQL expression.
 */

/** Of the actions, documents, payments, calls and audit entries, every n-th is the busy person's. */
export const BUSY = { actions: 10, documents: 11, payments: 11, calls: 4, audit: 20 };
/** The first apps belong to the developer, and the busy person has them installed. */
export const OWN_APPS = 50;

/** The rows of a range, as `n`. */
export const series = ({ from, to }: Range): string => `generate_series(${from + 1}, ${to}) n`;

/** The times of a range, evenly over 300 days. */
export const time = ({ from, to }: Range): string => `(now() - interval '300 days' * ((${to} - n)::float8 / ${Math.max(1, to - from)}))`;

/** The id of a row with its time and number, as a UUIDv7 without hyphens has them. */
export const timedId = (prefix: string, range: Range): string =>
  `'${prefix}_' || lpad(to_hex((extract(epoch from ${time(range)}) * 1000)::bigint), 12, '0') || lpad(to_hex(n), 20, '0')`;

export const personId = (n = 'n'): string => `'imp_u_' || lpad((${n})::text, 20, '0')`;
/** Half of the people are in the tenant `default`, five in each other one. */
export const tenantOf = (n = 'n'): string => `case when (${n}) % 2 = 0 then 'default' else 'tenant-' || greatest(1, (${n}) / 10) end`;

const SYLLABLES = ['b', 'd', 'f', 'g', 'k', 'l', 'n', 'r', 's', 'z'].flatMap((letter) => [...'aeiou'].map((vowel) => letter + vowel));
const syllable = (index: string) => `substr('${SYLLABLES.join('')}', 1 + 2 * ((${index}) % ${SYLLABLES.length}), 2)`;
/** Another word for each of the first 125,000 numbers. */
export const word = (n = 'n'): string =>
  `${syllable(n)} || ${syllable(`(${n}) / 50`)} || ${syllable(`(${n}) / 2500`)} || (array['', 'n', 'ry', 'lab'])[1 + (${n}) % 4]`;

/** Half of the apps are managers. */
const kind = (n: string) =>
  `case when (${n}) % 2 = 0 then 'manager' else (array['tracker', 'planner', 'reader', 'finder'])[1 + (${n}) / 2 % 4] end`;
export const appId = (n = 'n'): string => `${word(n)} || '-' || ${kind(n)}`;
export const appName = (n = 'n'): string => `initcap(${word(n)} || ' ' || ${kind(n)})`;
export const description = (n = 'n'): string => `'Helps teams with ' || ${word(`${n} + 1`)} || ' every day, as a ' || ${kind(n)} || '.'`;

export const CATEGORIES = CATEGORY_GROUPS.flatMap(({ categories }) => categories.map(({ id }) => id)).slice(0, 20);
export const category = (n = 'n'): string =>
  `(array[${CATEGORIES.map((id) => `'${id}'`).join(', ')}])[1 + (${n}) / 2 % ${CATEGORIES.length}]`;

/** The developer of an app, who is a person with five apps, except for OWN_APPS. */
export const developerOf = ({ developer }: World, n = 'n'): string =>
  `case when (${n}) <= ${OWN_APPS} then '${developer.id}' else ${personId(`1 + (${n}) / 5`)} end`;
export const developerTenant = (n = 'n'): string => `case when (${n}) <= ${OWN_APPS} then 'default' else ${tenantOf(`1 + (${n}) / 5`)} end`;

/** The number of the app that a person has installed, or that an action called. */
export const appOf = ({ apps }: Ranges, n = 'n'): string => `1 + (${n}) % ${apps.to}`;
/** The number of the person who made a call or owns a document. */
export const personOf = ({ people }: Ranges, n = 'n'): string => `1 + (${n}) % ${people.to}`;

/** The owner of the n-th row: the busy person of every `share`-th, else some person. */
export const owner = (ranges: Ranges, { busy }: World, share: number) => ({
  isBusy: `n % ${share} = 0`,
  user: `case when n % ${share} = 0 then '${busy.id}' else ${personId(personOf(ranges))} end`,
  tenant: `case when n % ${share} = 0 then 'default' else ${tenantOf(personOf(ranges))} end`,
});
