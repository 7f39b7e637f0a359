import pg from 'pg';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../setup/fault.mjs';
import { ROOT } from '../setup/paths.mjs';
import { databaseUrlOf, servicesWithDatabase } from '../start/installation.ts';
import type { Finding } from './finding.ts';

const HAS = `select to_regclass('migration') is not null as migrations, to_regclass('run') is not null as runs, to_regclass('action') is not null as actions`;
const FAILED_RUNS = `select kind as name, count(*)::int as count from run where status = 'failed' and ended_at > now() - interval '1 day' group by kind`;
const FAILED_WEBHOOKS = `
  select app_id as name, count(*)::int as count from action
   where source = 'webhook' and status <> 'success' and created_at > now() - interval '1 day' group by app_id`;

/** What is wrong in the databases of the services, as far as this machine may read them. */
export async function checkDatabases(env = process.env): Promise<Finding[]> {
  const all = JSON.parse(readFileSync(join(ROOT, 'deploy/migrations.json'), 'utf8')) as Record<string, Record<string, string>>;
  const unread = new Map<string, string[]>();
  const found = await Promise.all(
    servicesWithDatabase.map(async (service) => {
      try {
        return await checkDatabase(service, databaseUrlOf(service, env), Object.keys({ ...all['platform'], ...all[service] }));
      } catch (error) {
        unread.set(messageOf(error), [...(unread.get(messageOf(error)) ?? []), service]);
        return [];
      }
    }),
  );
  return [...found.flat(), ...[...unread].map(notRead)];
}

const notRead = ([why, services]: [string, string[]]): Finding => ({
  ...{ level: 'warning', area: 'databases', what: `The databases of ${services.join(', ')} could not be checked: ${why}` },
  todo: 'Start Postgres, or run this where the passwords of the databases are set.',
});

async function checkDatabase(service: string, connectionString: string, migrations: string[]): Promise<Finding[]> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5_000, statement_timeout: 5_000 });
  await client.connect();
  try {
    const [has] = (await client.query<Record<'migrations' | 'runs' | 'actions', boolean>>(HAS)).rows;
    const counts = async (sql: string) => (await client.query<{ name: string; count: number }>(sql)).rows;
    const applied = has?.migrations
      ? (await client.query<{ name: string }>('select name from migration')).rows.map(({ name }) => name)
      : [];
    return [
      ...compareMigrations(service, migrations, applied),
      ...(has?.runs ? (await counts(FAILED_RUNS)).map(failedRuns) : []),
      ...(has?.actions ? (await counts(FAILED_WEBHOOKS)).map(failedWebhooks) : []),
    ];
  } finally {
    await client.end();
  }
}

function compareMigrations(service: string, known: string[], applied: string[]): Finding[] {
  const pending = known.filter((name) => !applied.includes(name));
  const newer = applied.filter((name) => !known.includes(name));
  return [
    ...(pending.length
      ? [
          {
            ...{
              level: 'warning' as const,
              area: 'databases' as const,
              what: `The database of ${service} lacks ${pending.length} migrations of this release.`,
            },
            todo: `Start ${service} of this release: it applies its migrations.`,
          },
        ]
      : []),
    ...(newer.length
      ? [
          {
            ...{
              level: 'fault' as const,
              area: 'databases' as const,
              what: `The database of ${service} is of a newer release: ${newer.join(', ')}.`,
            },
            todo: 'Run the release that it is of, or a newer one (UPGRADING.md).',
          },
        ]
      : []),
  ];
}

const failedRuns = ({ name, count }: { name: string; count: number }): Finding => ({
  ...{ level: 'warning', area: 'runs', what: `${count} runs of ${name} failed within a day.` },
  todo: `Read why: npm run skep -- logs ${name.split('.')[0]}.`,
});

const failedWebhooks = ({ name, count }: { name: string; count: number }): Finding => ({
  ...{ level: 'warning', area: 'webhooks', what: `${count} calls of webhooks of the app ${name} failed within a day.` },
  todo: 'Tell its developer, who finds them with npm run skep -- app logs.',
});
