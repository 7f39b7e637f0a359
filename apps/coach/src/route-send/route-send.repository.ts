import { CourseSendNotFound, NotRetryable } from '@skep/contracts/coach';
import { type Ctx, Database, runKind, Runs, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { createHash, randomBytes } from 'node:crypto';
import { retryAnswer } from './retry-answer.js';
import { RouteSendEntity } from './route-send.entity.js';

/** Sends one course. */
export const SEND = runKind<{ send_id: string }>('route_send.send');

const FIND = statement('select * from route_send where send_id = :send_id', RouteSendEntity);
const LOCK = statement('select * from route_send where send_id = :send_id and browser_hash = :browser_hash for update', RouteSendEntity);
const FIND_WAITING = statement(
  `select * from route_send where state_hash = :state_hash and browser_hash = :browser_hash and status = 'awaiting_auth' and expires_at > now()`,
  RouteSendEntity,
);
const FIND_COURSE = statement(
  `select course_id from route_send where tenant_id = :tenant and user_id = :user and route_id = :route_id and course_id is not null
    order by created_at desc limit 1`,
  { course_id: 'text' },
);
/** Committed before the request: who finds it later knows that it may have gone out. */
const BEGIN = statement(
  `update route_send set requested = true where send_id = :send_id and status = 'sending' and not requested returning send_id`,
  { send_id: 'text' },
);

type Owner = Pick<Ctx, 'tenant' | 'user'>;
type New = Pick<RouteSendEntity, 'course'> & Partial<RouteSendEntity>;

/** Sendings. Those of visitors belong to no tenant, so an id or a browser finds them, and a person is a condition. */
@Injectable()
export class RouteSendRepository {
  constructor(
    private readonly db: Database,
    private readonly runs: Runs,
  ) {}

  /** Notes what a visitor is about to send. */
  addWaiting(send: New): Promise<void> {
    return this.across(async () => void (await this.rows().insert({ ...send, status: 'awaiting_auth' } as never)));
  }

  /** Starts to send the course of a person. Sendings of one route wait for each other, so that they make one course. */
  async addSending(ctx: Ctx, send: New & { route_id: string }): Promise<string> {
    const send_id = newSendId();
    const { tenant, user } = ctx;
    await this.rows().insert({ ...send, send_id, tenant_id: tenant, user_id: user, status: 'sending' } as never);
    await this.runs.start(SEND, ctx, { send_id }, { key: send_id, lane: JSON.stringify([user, send.route_id]) });
    return send_id;
  }

  find(send_id: string): Promise<RouteSendEntity | undefined> {
    return this.across(() => this.db.row(FIND, { send_id }));
  }

  /** @throws Problem `course_send_not_found`, also in another browser */
  async findOf(browser: string, send_id: string): Promise<RouteSendEntity> {
    const send = await this.find(send_id);
    if (!send?.browser_hash?.equals(hashOf(browser))) throw CourseSendNotFound();
    return send;
  }

  /** What waits for this state in this browser. */
  findWaiting(browser: string, state: string): Promise<RouteSendEntity | undefined> {
    return this.across(() => this.db.row(FIND_WAITING, { browser_hash: hashOf(browser), state_hash: hashOf(state) }));
  }

  /** Starts to send what a visitor has agreed to. */
  startSending(ctx: Ctx, { send_id }: RouteSendEntity): Promise<void> {
    return this.transaction(async () => {
      const { id: run_id } = await this.runs.start(SEND, ctx, { send_id }, { key: send_id });
      await this.rows().update({ send_id, status: 'awaiting_auth' }, { status: 'sending', state_hash: null, run_id });
    });
  }

  /** Sends again what has failed. @throws Problem `course_send_not_found`, `not_retryable` */
  retry(browser: string, send_id: string): Promise<void> {
    return this.transaction(async () => {
      const send = await this.db.row(LOCK, { send_id, browser_hash: hashOf(browser) });
      if (!send) throw CourseSendNotFound();
      const mayRetry = send.status === 'failed' && send.retry_at && send.run_id;
      if (!mayRetry || !(await this.runs.answer(send.run_id!, retryAnswer(send.attempts), true))) throw NotRetryable();
      await this.rows().update({ send_id }, { status: 'sending', requested: false, attempts: send.attempts + 1 });
    });
  }

  /** The course that the last sending of a person's route has made. */
  async findCourse({ tenant, user }: Owner, route_id: string): Promise<string | undefined> {
    return (await this.across(() => this.db.row(FIND_COURSE, { tenant, user, route_id })))?.course_id;
  }

  /** Notes that the request begins. False if it has begun before. */
  async beginRequest(send_id: string): Promise<boolean> {
    return Boolean(await this.across(() => this.db.row(BEGIN, { send_id })));
  }

  async update(send_id: string, changes: Partial<Omit<RouteSendEntity, 'course'>> & { course?: null }): Promise<void> {
    await this.across(() => this.rows().update({ send_id }, changes));
  }

  private transaction<T>(work: () => Promise<T>): Promise<T> {
    return this.across(() => this.db.transaction(work));
  }

  private across<T>(work: () => Promise<T>): Promise<T> {
    return this.db.acrossTenants(work);
  }

  private rows() {
    return this.db.repository(RouteSendEntity);
  }
}

/** 128 bits. */
export const newSendId = (): string => randomBytes(16).toString('base64url');
export const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();
