import { Shape, Text } from '@skep/contracts';
import { ModelFailed } from '@skep/contracts/coach';
import { Problem } from '@skep/contracts';
import { type Run } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { AskModel } from '../model/ask-model.js';
import { QUERY_MAX, QueryRefused } from './check-query.js';
import { QUERY_SYSTEM } from './prompts.js';
import { Reader, type Result } from './reader.js';

const TRIES = 2;

/** What is read if the model writes no query that may run: the last eight weeks. */
export const USUAL_QUERY = `select date_trunc('week', day)::date as week, sport, count(*) as activities, round((sum(distance_m) / 1000)::numeric, 1) as distance_km,
  round(sum(duration_s) / 3600.0, 1) as hours from my_activities where day > current_date - 56 group by 1, 2 order by 1, 2`;

@Shape('A query for the data that answers the question.')
export class QueryPlan {
  @Text({ min: 1, max: QUERY_MAX, description: 'One SELECT.', example: 'select sum(distance_m) / 1000 as distance_km from my_activities' })
  sql!: string;
}

/** Finds the rows that answer a question: a language model writes the query, and may mend it once. */
@Injectable()
export class FindRows {
  constructor(
    private readonly model: AskModel,
    private readonly reader: Reader,
  ) {}

  /**
   * Each model call and each query is a step of the run.
   * @param fits what is wrong with rows for their purpose, for the model; undefined if nothing is
   * @throws Problem of the model, or of the reader
   */
  async run(run: Run, prompt: string, timezone: string, fits: (result: Result) => string | undefined = () => undefined): Promise<Result> {
    let fault = '';
    for (let n = 0; n < TRIES; n++) {
      const asked = fault ? `${prompt}\n\nYour last query was refused: ${fault}. Write another one.` : prompt;
      const sql = await run.step(`query ${n}`, ({ ctx }) => this.write(ctx, asked));
      if (sql === undefined) break;
      const read = await run.step(`rows ${n}`, ({ ctx }) => this.read(ctx, sql, timezone));
      fault = 'fault' in read ? read.fault : (fits(read) ?? '');
      if (!('fault' in read) && !fault) return read;
    }
    return run.step('usual rows', ({ ctx }) => this.reader.read(ctx, USUAL_QUERY, timezone));
  }

  /** Undefined if the model gave no query at all. */
  private async write(ctx: Run['ctx'], prompt: string): Promise<string | undefined> {
    try {
      return (await this.model.value(ctx, { system: QUERY_SYSTEM, prompt, answer: QueryPlan, maxTokens: 1_500 })).sql;
    } catch (error) {
      if (error instanceof Problem && error.body.code === ModelFailed.code) return undefined;
      throw error;
    }
  }

  private async read(ctx: Run['ctx'], sql: string, timezone: string): Promise<Result | { fault: string }> {
    try {
      return await this.reader.read(ctx, sql, timezone);
    } catch (error) {
      if (error instanceof QueryRefused) return { fault: error.message.slice(0, 300) };
      throw error;
    }
  }
}
