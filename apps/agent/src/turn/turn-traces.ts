import { isVisible, traceSource } from '@skep/platform';

/** The message of a turn has the digits of its run, and so leads to its trace. */
export const MESSAGE_TRACES = traceSource({
  find: `select substr(run.ctx ->> 'trace', 4, 32) as trace_id from run where id = 'run_' || replace(:id, '-', '') and ${isVisible('run')}`,
});
