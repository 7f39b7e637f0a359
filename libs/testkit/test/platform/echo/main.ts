import {
  type Contract,
  contract,
  event,
  Int,
  list,
  Empty,
  operation,
  Optional,
  page,
  problem,
  Text,
  Instant,
  Nullable,
} from '@skep/contracts';
import {
  Aggregate,
  Bus,
  commitWithAnswer,
  type Ctx,
  currentLease,
  Database,
  type Env,
  Handle,
  Handlers,
  OnEvent,
  OnRun,
  Outbox,
  type Run,
  runKind,
  Runs,
  serve,
  type Service,
  ServiceConfig,
  statement,
} from '@skep/platform';

/** A small service that uses each feature of libs/platform, for its tests. */
export class Note {
  @Int() id!: number;
  @Text() text!: string;
  @Nullable() @Text() author!: string | null;
  @Instant() created_at!: Date;
}
export class NewNote {
  @Text({ min: 1, max: 100 }) text!: string;
  @Int({ min: 0, max: 10 }) stars: number = 3;
  @Optional() @Text() fail?: string;
}
export class SleepInput {
  @Int() ms: number = 600;
}
export class Counts {
  @Int() notes!: number;
  @Int() consumed!: number;
}
export class RepublishedEvents {
  @Int() events!: number;
}
export class StartedRun {
  @Text() id!: string;
}
export const NoteRefused = problem('note_refused', 409, 'This note is refused.');

export const echo = contract('echo', {
  addNote: operation('Add a note', { input: NewNote, output: Note, problems: [NoteRefused] }),
  listNotes: operation('List notes', { input: Empty, output: list(Note) }),
  pageNotes: operation('List notes and count them', { input: Empty, output: page(Note) }),
  count: operation('Count', { input: Empty, output: Counts }),
  breakContract: operation('Answer without a required field', { input: Empty, output: Note }),
  addNoteSlowly: operation('Add a note slowly, in two transactions', {
    input: NewNote,
    output: Note,
    problems: [NoteRefused],
    spansCalls: true,
  }),
  startCounting: operation('Start a run that calls a service', { input: NewNote, output: StartedRun }),
  startCountingSlowly: operation('Start a run that calls a service, and answer late', {
    input: NewNote,
    output: StartedRun,
    problems: [NoteRefused],
    spansCalls: true,
  }),
  callInTransaction: operation('Call a service inside a transaction', { input: Empty, output: Counts, spansCalls: true }),
  callWithoutSpansCalls: operation('Call a service without spansCalls', { input: Empty, output: Counts }),
  sleep: operation('Answer late', { input: SleepInput, output: Counts }),
  republishEvents: operation('Publish all events again', { input: Empty, output: RepublishedEvents }),
  noteAdded: event(Note),
});

const INSERT = statement('insert into note (text, author) values (:text, :author) returning *', Note);
const SELECT_ALL = statement('select * from note order by id', Note);
const COUNT = statement('select (select count(*) from note) as notes, (select count(*) from consumed) as consumed', Counts);
const RECORD_CONSUMED = statement('insert into consumed (note_id) values (:note)');

/** A run that calls a service. */
const counting = runKind<NewNote, Counts>('counting');

/**
 * Controls `addNoteSlowly` and `startCountingSlowly`: `pause` is awaited between their parts, `reached` counts the calls after that,
 * `failures` is how many of these fail.
 */
export const slowNotes = { pause: Promise.resolve(), reached: 0, failures: 0 };

/** Controls the handler of `noteAdded`: the next `failures` deliveries fail, `deliveries` counts them all, each takes `delayMs`. */
export const noteAddedHandler = { failures: 0, deliveries: 0, delayMs: 0 };

/** Each start waits for `ended` before it subscribes to operations. */
export const preparation = { ended: Promise.resolve() };

@Handlers()
export class EchoHandlers {
  constructor(
    private readonly db: Database,
    private readonly outbox: Outbox,
    private readonly bus: Bus,
    private readonly runs: Runs,
  ) {}

  async onModuleInit(): Promise<void> {
    await preparation.ended;
  }

  @Handle(echo.addNote)
  addNote(ctx: Ctx, { text, fail }: NewNote) {
    return this.db.transaction(async () => {
      const [note] = await this.db.rows(INSERT, { text, author: ctx.user || null });
      await this.outbox.add(echo.noteAdded, ctx, note!);
      if (fail === 'problem') throw NoteRefused('Not this one.');
      if (fail === 'crash') throw new Error('secret detail');
      return note!;
    });
  }

  /** An operation with `spansCalls` in two parts: the first is recorded, the last transaction stores the answer. */
  @Handle(echo.addNoteSlowly)
  async addNoteSlowly(ctx: Ctx, { text, fail }: NewNote) {
    const lease = currentLease();
    if (fail === 'refused') throw NoteRefused('Not this one.');
    if (!lease?.findPart('first'))
      await this.db.transaction(async () => {
        await this.db.rows(INSERT, { text: `${text}, first`, author: ctx.user || null });
        await lease?.recordPart('first', true);
      });
    await slowNotes.pause;
    slowNotes.reached++;
    if (fail === 'problem' && slowNotes.failures-- > 0) throw NoteRefused('Not this one.');
    if (fail === 'temporary') lease?.skipStoringAnswer();
    return commitWithAnswer(this.db, async () => (await this.db.row(INSERT, { text, author: ctx.user || null }))!);
  }

  @Handle(echo.startCounting)
  startCounting(ctx: Ctx, input: NewNote): Promise<StartedRun> {
    return this.runs.start(counting, ctx, input);
  }

  /** An operation with `spansCalls` whose first part is the start of a run, which no part records. */
  @Handle(echo.startCountingSlowly)
  async startCountingSlowly(ctx: Ctx, input: NewNote): Promise<StartedRun> {
    const started = await this.runs.start(counting, ctx, input);
    await slowNotes.pause;
    slowNotes.reached++;
    if (slowNotes.failures-- > 0) throw NoteRefused('Not this one.');
    return started;
  }

  @OnRun(counting)
  countInRun(run: Run) {
    if (currentLease()) throw new Error('a run must not see the lease of a request');
    return run.step('count', ({ ctx }) => this.bus.call(echo.count, ctx, {}));
  }

  @Handle(echo.listNotes)
  listNotes() {
    return this.db.rows(SELECT_ALL);
  }

  @Handle(echo.pageNotes)
  async pageNotes() {
    const rows = await this.db.rows(SELECT_ALL);
    return { rows: rows.slice(0, 1), total: rows.length };
  }

  @Handle(echo.count)
  async count() {
    return (await this.db.row(COUNT))!;
  }

  @Handle(echo.breakContract)
  breakContract() {
    return { id: 1 } as Note;
  }

  @Handle(echo.callInTransaction)
  callInTransaction(ctx: Ctx) {
    return this.db.transaction(() => this.bus.call(echo.count, ctx, {}));
  }

  @Handle(echo.callWithoutSpansCalls)
  callWithoutSpansCalls(ctx: Ctx) {
    return this.bus.call(echo.count, { ...ctx, idempotencyKey: undefined }, {});
  }

  @Handle(echo.sleep)
  async sleep(_: Ctx, { ms }: SleepInput) {
    await new Promise((resolve) => setTimeout(resolve, ms));
    return this.count();
  }

  @Handle(echo.republishEvents)
  async republishEvents() {
    return { events: await this.outbox.republishSince(new Date(0)) };
  }

  @OnEvent(echo.noteAdded)
  async noteAdded(_: Ctx, note: Note) {
    noteAddedHandler.deliveries++;
    await new Promise((resolve) => setTimeout(resolve, noteAddedHandler.delayMs));
    await this.db.rows(RECORD_CONSUMED, { note: note.id });
    if (noteAddedHandler.failures > 0) {
      noteAddedHandler.failures--;
      throw new Error('planted');
    }
  }
}

@Aggregate({ handlers: [EchoHandlers], calls: [echo.count] })
export class EchoModule {}

export const service: Service = {
  name: 'echo',
  contract: echo,
  config: ServiceConfig,
  modules: [EchoModule],
  main: import.meta.url,
};

export const startEcho = (env: Env, contract: Contract = echo) => serve({ ...service, contract }, env);
