import { errors, type NatsConnection, type RequestManyOptions } from '@nats-io/transport-node';
import { type Readiness, statusSubject } from '@skep/platform';

const WAIT_MS = 2_000;
/** After this long without a further answer, all processes of a service have answered. */
const STALL_MS = 300;

/** What every process of a service answers. */
export type ProcessStatus = Readiness & { now: number };

/** The states of all processes of a service; empty if none answers. */
export async function readProcesses(connection: NatsConnection, context: string): Promise<ProcessStatus[]> {
  const answers: ProcessStatus[] = [];
  const options: RequestManyOptions = { strategy: 'stall', stall: STALL_MS, maxWait: WAIT_MS };
  try {
    for await (const message of await connection.requestMany(statusSubject(context), '', options))
      answers.push(message.json<ProcessStatus>());
  } catch (error) {
    if (!(error instanceof errors.NoRespondersError)) throw error;
  }
  return answers;
}
