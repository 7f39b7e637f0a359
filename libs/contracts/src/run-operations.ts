import { contract, list, operation } from './define.js';
import { RunRef, RunRefs, RunState } from './run.js';

/** The operations that the platform answers for each context that has runs. They are for the gateway, and check no caller. */
export const runOperations = (context: string) =>
  contract(context, {
    getRun: operation('Get a run', { input: RunRef, output: RunState }),
    listEndedRuns: operation('List those of the runs that have ended', { input: RunRefs, output: list(RunRef) }),
  });
