import { TooManyRequests } from '@skep/contracts';
import { Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';

const TRIES_MAX = 5;
const WINDOW = `interval '10 minutes'`;
const IS_OVER = `link_try.since < clock_timestamp() - ${WINDOW}`;
const COUNT = statement(
  `insert into link_try (subject, count, since) values (:subject, 1, clock_timestamp())
   on conflict (subject) do update
      set count = case when ${IS_OVER} then 1 else link_try.count + 1 end, since = case when ${IS_OVER} then clock_timestamp() else link_try.since end
   returning count, extract(epoch from since + ${WINDOW} - clock_timestamp())::float8 as wait_s`,
  { count: 'int4', wait_s: 'float8' },
);
const FORGET = statement('delete from link_try where subject = :subject');

/** Limits guesses at codes: five in ten minutes, of a person or of a contact. */
@Injectable()
export class LinkTries {
  constructor(private readonly db: Database) {}

  /** Counts a try, also if the current transaction fails. @throws Problem `too_many_requests`, also for a code that would be right */
  async count(...who: string[]): Promise<void> {
    const { count, wait_s } = await this.add(who);
    if (count > TRIES_MAX) throw TooManyRequests('Too many codes were tried. Try again later.', Math.max(1, Math.ceil(wait_s)));
  }

  /** Counts a try in the same way. False if it is one too many. */
  async isLeft(...who: string[]): Promise<boolean> {
    return (await this.add(who)).count <= TRIES_MAX;
  }

  /** Forgets the tries of who knew a code. */
  async forget(...who: string[]): Promise<void> {
    await this.db.rows(FORGET, { subject: await this.subjectOf(who) });
  }

  private async add(who: string[]): Promise<{ count: number; wait_s: number }> {
    const subject = await this.subjectOf(who);
    return (await this.db.transaction(() => this.db.row(COUNT, { subject }), { apart: true }))!;
  }

  private subjectOf(who: string[]): Promise<Buffer> {
    return this.db.sealing.derive('link try', JSON.stringify(who));
  }
}
