import { contract, Empty, operation } from '@skep/contracts';
import {
  Aggregate,
  Database,
  type Env,
  Handle,
  Handlers,
  OnRun,
  type Run,
  runKind,
  runProcess,
  serve,
  type Service,
  ServiceConfig,
  statement,
} from '@skep/platform';
import { setTimeout as sleep } from 'node:timers/promises';

/** One part of a program that a run interprets. */
export type Op =
  | { op: 'step' }
  | { op: 'commit' }
  | { op: 'answer' }
  | { op: 'sleep'; ms: number }
  /** Throws in the first `times` attempts that come here. */
  | { op: 'fail'; times: number }
  | { op: 'child'; ops: Op[] };
export interface Program {
  ops: Op[];
  lane?: string;
}

/** A service of runs that interpret programs, for a test that kills its processes. Each `commit` writes one row. */
export const program = runKind<Program, unknown[]>('program', { retries: 50, retryAfterMs: 20, deadlineMs: 120_000 });
export const runner = contract('runner', { ping: operation('Answer', { input: Empty, output: Empty }) });

const EFFECT = statement('insert into effect (run_id, name, lane) values (:run_id, :name, :lane)');

@Handlers()
class RunnerHandlers {
  constructor(private readonly db: Database) {}

  @Handle(runner.ping)
  ping() {
    return {};
  }

  @OnRun(program)
  async interpret(run: Run, { ops, lane }: Program): Promise<unknown[]> {
    const outputs: unknown[] = [];
    let failures = 0;
    for (const [i, op] of ops.entries()) {
      const name = `${i} ${op.op}`;
      // Work takes time, in which a process may die.
      await sleep(Math.random() * 5);
      if (op.op === 'step') outputs.push(await run.step(name, () => i));
      else if (op.op === 'commit')
        outputs.push(await run.commit(name, async () => (await this.db.rows(EFFECT, { run_id: run.id, name, lane }), i)));
      else if (op.op === 'answer') outputs.push(await run.answer(name));
      else if (op.op === 'sleep') await run.sleep(name, op.ms);
      else if (op.op === 'child') outputs.push((await run.child(name, program, { ops: op.ops })).result);
      // Attempts count what failed and what was lost, so some of these failures may not happen.
      else if (run.attempt <= (failures += op.times)) throw new Error('as planned');
    }
    return outputs;
  }
}

@Aggregate({ handlers: [RunnerHandlers] })
class RunnerModule {}

export const service: Service = { name: 'runner', contract: runner, config: ServiceConfig, modules: [RunnerModule], main: import.meta.url };

export const start = (env: Env) => serve(service, env);

if (import.meta.main) await runProcess(start);
