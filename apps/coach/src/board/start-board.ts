import { InvalidInput } from '@skep/contracts';
import { ActivityNotFound, BoardRunning, PersonNotFound, type StreamBoard } from '@skep/contracts/coach';
import { type Ctx, Database, Runs, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { HealthRepository } from '../health/health.repository.js';
import { AskModel } from '../model/ask-model.js';
import { BOARD, BOARD_MS, boardOf, runOf } from './board-run.js';

/** One request of a person after the other. */
const LOCK = statement(
  `select (now() at time zone timezone)::date::text as day from person where tenant_id = :tenant and user_id = :user for no key update`,
  { day: 'text' },
);
const FIND_REQUEST = statement(
  `select board_id from board_request where tenant_id = :tenant and user_id = :user and client_request_id = :client_request_id`,
  { board_id: 'text' },
);
const NOTE_REQUEST = statement(
  `insert into board_request (tenant_id, user_id, client_request_id, board_id) values (:tenant, :user, :client_request_id, :board_id)`,
);
const RUNNING = statement(`select id from board where tenant_id = :tenant and user_id = :user and kind = :kind and status = 'running'`, {
  id: 'text',
});
/** Its events are kept for an hour. */
const REPLAYABLE = statement(
  `select id from board where tenant_id = :tenant and user_id = :user and kind = :kind and activity_id is not distinct from :activity_id
      and day = :day::date and status = 'completed' and created_at > now() - interval '50 minutes' order by created_at desc limit 1`,
  { id: 'text' },
);
const CREATE = statement(
  `insert into board (id, tenant_id, user_id, kind, activity_id, day) values (:id, :tenant, :user, :kind, :activity_id, :day::date)`,
);
const FAIL = statement(`update board set status = 'failed', ended_at = now() where id = :id and status = 'running'`);

/** Starts the generation of a board, or finds the one that a request gets. */
@Injectable()
export class StartBoard {
  constructor(
    private readonly db: Database,
    private readonly runs: Runs,
    private readonly model: AskModel,
    private readonly health: HealthRepository,
  ) {}

  /**
   * @returns the run of the board
   * @throws Problem `person_not_found`, `activity_not_found`, `board_running`, `coach_budget_exceeded`, `not_configured`
   */
  async run(ctx: Ctx, input: StreamBoard): Promise<string> {
    const { tenant, user } = ctx;
    if (input.kind === 'activity' && input.activity_id === undefined)
      throw InvalidInput([{ loc: ['activity_id'], msg: 'Field required', type: 'missing' }]);
    const known = await this.db.row(FIND_REQUEST, { tenant, user, client_request_id: input.client_request_id });
    if (known) return runOf(known.board_id);
    if (input.kind === 'activity' && !(await this.health.find({ tenant, user }, input.activity_id!))) throw ActivityNotFound();
    await this.model.assertReady(ctx);
    return this.db.transaction(() => this.findOrStart(ctx, input));
  }

  private async findOrStart(ctx: Ctx, { kind, client_request_id, force, ...input }: StreamBoard): Promise<string> {
    const { tenant, user } = ctx;
    const activity_id = input.activity_id ?? null;
    const person = await this.db.row(LOCK, { tenant, user });
    if (!person) throw PersonNotFound();
    const known = await this.db.row(FIND_REQUEST, { tenant, user, client_request_id });
    if (known) return runOf(known.board_id);
    const { day } = person;
    const about = { tenant, user, kind, activity_id };
    await this.assertNoneRuns(about);
    const finished = force ? undefined : await this.db.row(REPLAYABLE, { ...about, day });
    const run_id = finished ? runOf(finished.id) : (await this.runs.start(BOARD, ctx, { kind, activity_id, day })).id;
    const board_id = boardOf(run_id);
    if (!finished) await this.db.rows(CREATE, { ...about, id: board_id, day });
    await this.db.rows(NOTE_REQUEST, { tenant, user, client_request_id, board_id });
    return run_id;
  }

  /** A board whose run has ended without ending it has failed. @throws Problem `board_running` */
  private async assertNoneRuns(about: { tenant: string; user: string; kind: string }): Promise<void> {
    const running = await this.db.row(RUNNING, about);
    if (!running) return;
    const run = await this.runs.find(runOf(running.id));
    if (run && !run.ended_at && run.age_ms < BOARD_MS) throw BoardRunning(undefined, undefined, { board_id: running.id });
    await this.db.rows(FAIL, { id: running.id });
  }
}
