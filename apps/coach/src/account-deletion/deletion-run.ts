import { Problem, Unavailable } from '@skep/contracts';
import { DELETION_STEPS, type DeletionStepName } from '@skep/contracts/coach';
import { Handlers, OnRun, type Run, runKind } from '@skep/platform';
import { DeletionRepository } from './deletion.repository.js';
import { DeletionSteps, type Leaving } from './deletion-steps.js';

interface DeletionInput {
  deletion_id: string;
}

/** It never gives up: an account that is half deleted stays in progress, and is tried again every few minutes. */
export const DELETION = runKind<DeletionInput>('account.delete', { deadlineMs: 10 * 365 * 24 * 3_600_000, retries: 1_000_000 });

/** Deletes an account, step by step. The run has no owner: it outlives the rows of its person. */
@Handlers()
export class DeletionRun {
  constructor(
    private readonly deletions: DeletionRepository,
    private readonly steps: DeletionSteps,
  ) {}

  @OnRun(DELETION)
  async delete(run: Run, { deletion_id }: DeletionInput): Promise<void> {
    for (const name of DELETION_STEPS)
      try {
        await this.doOnce(run, deletion_id, name);
      } catch (error) {
        // The code of Apple is valid for five minutes only: it does not wait for others.
        if (isBefore(name, 'apple')) await this.doOnce(run, deletion_id, 'apple').catch(() => undefined);
        throw asTransient(error);
      }
    await run.commit('end', async () => this.deletions.end(await this.find(deletion_id)));
  }

  private doOnce(run: Run, id: string, name: DeletionStepName): Promise<void> {
    return run.step(name, async () => this.deletions.note(id, name, await this.steps[name](await this.find(id))));
  }

  private async find(id: string): Promise<Leaving> {
    return (await this.deletions.find(id)) as Leaving;
  }
}

const isBefore = (name: DeletionStepName, other: DeletionStepName) => DELETION_STEPS.indexOf(name) < DELETION_STEPS.indexOf(other);

/** A refusal would end the run. */
const asTransient = (error: unknown) => (error instanceof Problem ? Unavailable(error.message) : error);
