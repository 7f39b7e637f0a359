import { Bool, contract, Empty, events, Int, NotFound, operation, RunRef, Shape, Text } from '@skep/contracts';
import {
  Aggregate,
  type Ctx,
  type Env,
  Handle,
  Handlers,
  OnRun,
  type Run,
  runKind,
  runProcess,
  Runs,
  serve,
  type Service,
  ServiceConfig,
} from '@skep/platform';
import { setTimeout as sleep } from 'node:timers/promises';

@Shape('What to say.')
export class Talk {
  @Int({ min: 1, max: 20, description: 'Parts, each a step.' }) parts: number = 4;
  @Int({ min: 0, max: 10_000, description: 'Words in each part.' }) words: number = 25;
  @Int({ min: 0, max: 10_000, description: 'Milliseconds between two words.' }) pause_ms: number = 2;
  @Int({ min: 0, max: 100_000, description: 'Characters of each word.' }) length: number = 1;
  @Bool({ description: 'Whether the second part fails once, in its middle.' }) fails: boolean = false;
  @Bool({ description: 'Whether to wait for permission, which no one gives.' }) waits: boolean = false;
  @Bool({ description: 'Whether another run does the work first.' }) in_child: boolean = false;
}

@Shape('A word.')
export class Word {
  @Int({ description: 'Its part.' }) part!: number;
  @Int({ description: 'Its number in its part.' }) n!: number;
  @Int({ description: 'When it was said, in milliseconds since 1970.' }) at!: number;
  @Text({ description: 'Its text.' }) text!: string;
}

const said = events({ word: Word });

/** A service whose runs talk, for the tests of streams and their measurement (tools/bench). */
export const talker = contract('talker', {
  talk: operation('Talk', { input: Talk, output: said, scope: 'billing:read' }),
  listen: operation('Listen', { input: RunRef, output: said, problems: [NotFound], scope: 'billing:read' }),
  hush: operation('Stop talking', { input: RunRef, output: Empty, problems: [NotFound], scope: 'billing:read' }),
});

export const talk = runKind<Talk, { said: number }>('talk', { retries: 20, retryAfterMs: 20, deadlineMs: 120_000 });

@Handlers()
class TalkerHandlers {
  constructor(private readonly runs: Runs) {}

  @Handle(talker.talk)
  async talk(ctx: Ctx, input: Talk): Promise<RunRef> {
    return { run_id: (await this.runs.start(talk, ctx, input)).id };
  }

  @Handle(talker.listen)
  async listen(ctx: Ctx, { run_id }: RunRef): Promise<RunRef> {
    const run = await this.runs.find(run_id);
    if (run?.user_id !== ctx.user || run.tenant_id !== ctx.tenant) throw NotFound();
    return { run_id };
  }

  @Handle(talker.hush)
  async hush(ctx: Ctx, input: RunRef): Promise<Empty> {
    await this.runs.cancel((await this.listen(ctx, input)).run_id);
    return {};
  }

  @OnRun(talk)
  async say(run: Run, input: Talk): Promise<{ said: number }> {
    const { parts, words, pause_ms, length, fails, waits, in_child } = input;
    if (in_child) await run.child('child', talk, { ...input, in_child: false });
    if (waits) await run.answer('permission');
    for (let part = 0; part < parts; part++)
      await run.step(`part ${part}`, async ({ emit, signal }) => {
        emit('secret', { part });
        for (let n = 0; n < words; n++) {
          if (fails && part === 1 && n === Math.floor(words / 2) && run.attempt === 1) throw new Error('as planned');
          emit('word', { part, n, at: Date.now(), text: 'x'.repeat(length) });
          if (pause_ms) await sleep(pause_ms, undefined, { signal });
        }
      });
    await run.commit('bye', async ({ emit }) => emit('word', { part: parts, n: 0, at: Date.now(), text: 'bye' }));
    return { said: parts * words };
  }
}

@Aggregate({ handlers: [TalkerHandlers] })
class TalkerModule {}

export const service: Service = { name: 'talker', contract: talker, config: ServiceConfig, modules: [TalkerModule], main: import.meta.url };

export const start = (env: Env) => serve(service, env);

if (import.meta.main) await runProcess(start);
