import type { CheckIn } from '@skep/contracts/coach';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { Sources } from '../source/sources.js';
import { CheckInEntity } from './check-in.entity.js';

/** The check-ins of people. Each is also a message to the coach. */
@Injectable()
export class CheckIns {
  constructor(
    private readonly db: Database,
    private readonly sources: Sources,
  ) {}

  /** Keeps a check-in, unless there is one with its `client_message_id`: then that one is the answer. */
  add(ctx: Ctx, { client_message_id, ...said }: CheckIn): Promise<{ id: string; created: boolean }> {
    return this.db.transaction(async () => {
      const { id, isNew } = await this.sources.write(ctx, { source: 'check_in', client_message_id, text: wordsOf(said) });
      if (isNew) await this.rows().insert({ id, tenant_id: ctx.tenant, user_id: ctx.user, ...said });
      return { id, created: isNew };
    });
  }

  /** The newest ones of a person, newest first. */
  latest({ tenant: tenant_id, user: user_id }: Ctx, take: number): Promise<CheckInEntity[]> {
    return this.rows().find({ where: { tenant_id, user_id }, order: { created_at: 'desc' }, take });
  }

  private rows() {
    return this.db.repository(CheckInEntity);
  }
}

/** What a person said, also by numbers. */
function wordsOf({ text, mood, soreness, sleep_quality }: Omit<CheckIn, 'client_message_id'>): string {
  const numbers = Object.entries({ Mood: mood, Soreness: soreness, 'Sleep quality': sleep_quality });
  return [text, ...numbers.map(([name, value]) => value !== undefined && `${name}: ${value} of 10.`)].filter(Boolean).join('\n');
}
