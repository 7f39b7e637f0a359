import { NotFound } from '@skep/contracts';
import type { CodingStep, CodingStepRef } from '@skep/contracts/agent';
import { type Ctx, Database, statement, traceId } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { TURN } from '../turn/turn-kind.js';
import { placeOfStep, splitName } from './frames.js';

const PREVIEW = 2_000;
const FIND = statement(
  `select (used.output ->> 'success')::boolean as ok, call ->> 'name' as name, run.ctx ->> 'trace' as trace,
          left(call ->> 'arguments', :most) as args, octet_length(call ->> 'arguments') as args_bytes,
          left(used.output ->> 'output', :most) as result, octet_length(used.output ->> 'output') as result_bytes
     from run
     join run_step used on used.run_id = run.id and used.name = :used and used.done
     join run_step said on said.run_id = run.id and said.name = :said and said.done
    cross join lateral (select said.output -> 'tool_calls' -> :nth::int as call) asked
    where run.id = :run_id and run.tenant_id = :tenant and run.user_id = :user and run.kind = :kind
      and run.input -> 'coding' ->> 'session_id' = :session_id`,
  { ok: 'bool', name: 'text', trace: 'text', args: 'text', args_bytes: 'int4', result: 'text', result_bytes: 'int4' },
);

/** The tools that tasks have used: they are steps of their runs. */
@Injectable()
export class CodingSteps {
  constructor(private readonly db: Database) {}

  /** @throws Problem `not_found`, also for those of someone else */
  async find({ tenant, user }: Pick<Ctx, 'tenant' | 'user'>, { session_id, step_id }: CodingStepRef): Promise<CodingStep> {
    const place = placeOfStep(step_id);
    const found = place && (await this.db.row(FIND, { ...place, tenant, user, session_id, kind: TURN.name, most: PREVIEW }));
    if (!found) throw NotFound('Step not found.');
    const { name, trace, ...step } = found;
    return { ...step, ...splitName(name), trace_id: traceId({ trace }) };
  }
}
