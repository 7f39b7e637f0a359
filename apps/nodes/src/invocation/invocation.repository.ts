import { MAX_COMMANDS, NodeLog, OUTPUT_MAX, TooManyCommands } from '@skep/contracts/nodes';
import { as, type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { InvocationEntity } from './invocation.entity.js';

type Owner = Pick<Ctx, 'tenant' | 'user'>;
type NewInvocation = Pick<InvocationEntity, 'id' | 'node_id' | 'run_id' | 'command' | 'args' | 'shown' | 'invoked_by'> & { asks: boolean };
/** How a command ended on its device. */
export type CommandResult = Pick<InvocationEntity, 'success' | 'output' | 'error' | 'exit_code' | 'result_data'>;

const ERROR_MAX = 10_000;
/** Characters of an output in the log. */
const LOGGED_MAX = 10_000;
const MINE = 'tenant_id = :tenant and user_id = :user';
const LOCK = statement(`select 1 as locked from pg_advisory_xact_lock(hashtextextended('commands ' || :tenant || ' ' || :user, 0))`, {
  locked: 'int4',
});
const COUNT = statement(`select count(*)::int4 as n from invocation where ${MINE} and completed_at is null`, { n: 'int4' });
// Postgres writes equal arguments alike.
const HASH = `sha256(convert_to(:command || ' ' || (:args::jsonb)::text, 'UTF8'))`;
const IS_REMEMBERED = statement(
  `select 1 as found from remembered_approval where node_id = :node_id and ${MINE} and command_hash = ${HASH}`,
  { found: 'int4' },
);
const REMEMBER = statement(
  `insert into remembered_approval (node_id, command_hash, tenant_id, user_id) values (:node_id, ${HASH}, :tenant, :user)
   on conflict (node_id, command_hash) do nothing`,
);
const DECIDE = statement(
  `update invocation set state = case when :approved::bool then 'ready' else 'ended' end,
          success = case when not :approved::bool then false end, error = case when not :approved::bool then :reason end,
          completed_at = case when not :approved::bool then now() end
    where id = :id and ${MINE} and state = 'asking' returning *`,
  InvocationEntity,
);
/** Once: a device must not run a command twice. */
const SEND = statement(
  `update invocation i set state = 'sent', sent_at = clock_timestamp() from node n
    where i.id = :id and n.id = i.node_id and i.state = 'ready' returning n.socket_id, n.dialect, i.command, i.args`,
  { socket_id: 'text?', dialect: as<'event' | 'type' | null>('text?'), command: 'text', args: as<Record<string, unknown>>('jsonb') },
);
const END = statement(
  `update invocation set state = 'ended', success = :success, output = :output, error = :error, exit_code = :exit_code,
          result_data = :result_data::jsonb, completed_at = clock_timestamp()
    where id = :id and node_id = :node_id and state = 'sent' returning run_id`,
  { run_id: 'text' },
);
const FAIL = statement(
  `update invocation set state = 'ended', success = false, error = :error, completed_at = clock_timestamp()
    where id = :id and state <> 'ended'`,
);
const FAIL_LATE = statement(
  `update invocation set state = 'ended', success = false, error = 'It was interrupted.', completed_at = now()
    where completed_at is null and created_at < now() - interval '25 hours'`,
);
const LOG = statement(
  `select id, node_id, command, args, id as request_id, success, left(output, ${LOGGED_MAX}) as output, error, invoked_by, created_at, completed_at,
          case when octet_length(result_data::text) <= ${LOGGED_MAX} then result_data end as result_data
     from invocation where node_id = :node_id and ${MINE} order by created_at desc, id desc limit :limit`,
  NodeLog,
);

/** The commands of people, and what they may run without asking. */
@Injectable()
export class InvocationRepository {
  /** Emits the ids of commands that this process has ended. */
  private readonly ended = new EventEmitter().setMaxListeners(0);

  constructor(private readonly db: Database) {}

  /** Adds a command, in a transaction. @throws Problem `too_many_commands` */
  async add({ tenant, user }: Owner, { asks, ...invocation }: NewInvocation): Promise<void> {
    await this.db.rows(LOCK, { tenant, user });
    if ((await this.db.row(COUNT, { tenant, user }))!.n >= MAX_COMMANDS) throw TooManyCommands();
    await this.rows().insert({ ...invocation, tenant_id: tenant, user_id: user, state: asks ? 'asking' : 'ready' });
  }

  async find({ tenant: tenant_id, user: user_id }: Owner, id: string): Promise<InvocationEntity | undefined> {
    return (await this.rows().findOneBy({ id, tenant_id, user_id })) ?? undefined;
  }

  listAsking({ tenant: tenant_id, user: user_id }: Owner): Promise<InvocationEntity[]> {
    return this.rows().find({ where: { tenant_id, user_id, state: 'asking' }, order: { created_at: 'asc' }, take: MAX_COMMANDS });
  }

  /** The runs of the commands of some nodes that have not ended. */
  async listOpenRuns({ tenant: tenant_id, user: user_id }: Owner, node_id: string): Promise<string[]> {
    const rows = await this.rows().findBy({ tenant_id, user_id, node_id });
    return rows.filter(({ completed_at }) => !completed_at).map(({ run_id }) => run_id);
  }

  /** Undefined if it does not wait for a decision. */
  decide({ tenant, user }: Owner, id: string, approved: boolean, reason: string): Promise<InvocationEntity | undefined> {
    if (!approved) this.noteEnd(id);
    return this.db.row(DECIDE, { id, tenant, user, approved, reason });
  }

  async isRemembered(
    { tenant, user }: Owner,
    { node_id, command, args }: Pick<NewInvocation, 'node_id' | 'command' | 'args'>,
  ): Promise<boolean> {
    return !!(await this.db.row(IS_REMEMBERED, { tenant, user, node_id, command, args: JSON.stringify(args) }));
  }

  async remember({ tenant, user }: Owner, { node_id, command, args }: Pick<NewInvocation, 'node_id' | 'command' | 'args'>): Promise<void> {
    await this.db.rows(REMEMBER, { tenant, user, node_id, command, args: JSON.stringify(args) });
  }

  /** Marks a command as sent, once. @returns where to send it; undefined if it was sent or has ended */
  send(id: string) {
    return this.db.row(SEND, { id });
  }

  /** Ends a command that was sent to this node. @returns its run; undefined if there is none */
  async end(node_id: string, id: string, { output, error, result_data, ...result }: CommandResult): Promise<string | undefined> {
    const texts = { output: output?.slice(0, OUTPUT_MAX) ?? null, error: error?.slice(0, ERROR_MAX) ?? null };
    const ended = await this.db.row(END, { id, node_id, ...result, ...texts, result_data: JSON.stringify(result_data ?? null) });
    this.noteEnd(id);
    return ended?.run_id;
  }

  /** One that has ended stays as it is. */
  async fail(id: string, error: string): Promise<void> {
    await this.db.rows(FAIL, { id, error });
    this.noteEnd(id);
  }

  /** Waits some milliseconds, or less if this process ends the command. */
  async waitForEnd(id: string, ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ended.once(id, resolve);
    await Promise.race([promise, sleep(ms)]);
    this.ended.off(id, resolve);
  }

  /** Ends those whose run is long over. */
  async failLate(): Promise<void> {
    await this.db.acrossTenants(() => this.db.rows(FAIL_LATE));
  }

  log({ tenant, user }: Owner, node_id: string, limit: number): Promise<NodeLog[]> {
    return this.db.rows(LOG, { tenant, user, node_id, limit });
  }

  /** Wakes those who wait, once the current transaction has committed. */
  private noteEnd(id: string): void {
    this.db.afterCommit(() => this.ended.emit(id));
  }

  private rows() {
    return this.db.repository(InvocationEntity);
  }
}
