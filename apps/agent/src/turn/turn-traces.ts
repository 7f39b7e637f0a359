import { isVisible, TRACE_OF_RUN, traceSource } from '@skep/platform';

/** The message of a turn has the digits of its run, and so leads to its trace. */
export const MESSAGE_TRACES = traceSource({
  find: `select ${TRACE_OF_RUN} as trace_id from run where id = 'run_' || replace(:id, '-', '') and ${isVisible('run')}`,
});
