// The script of a thread that runs the code of apps: see CodeThread.
import { parentPort, workerData } from 'node:worker_threads';
import { Engine } from './engine.js';
import { type FromThread, SLICE, type StartRun, type ToThread } from './messages.js';
import { type Listener, Sandbox } from './sandbox.js';

const port = parentPort!;
const slice = new Float64Array(workerData as SharedArrayBuffer);
const loading = Engine.load();
/** The runs that have not ended; undefined while their sandbox is made. */
const sandboxes = new Map<number, Sandbox | undefined>();

port.on('message', (message: ToThread) => {
  const { kind, run } = message;
  const sandbox = sandboxes.get(run);
  if (kind === 'start') void start(message);
  else if (kind === 'answer') sandbox?.answer(message.request, message);
  else if (kind === 'warn') sandbox?.warn();
  else remove(run);
});

async function start(message: StartRun): Promise<void> {
  const { run } = message;
  sandboxes.set(run, undefined);
  const sandbox = await Sandbox.start(await loading, message, listenerFor(run));
  if (sandboxes.has(run) && !sandbox.hasEnded) sandboxes.set(run, sandbox);
  else sandbox.dispose();
}

function remove(run: number): void {
  sandboxes.get(run)?.dispose();
  sandboxes.delete(run);
}

function listenerFor(run: number): Listener {
  const send = (message: FromThread): void => port.postMessage(message);
  return {
    // So that the other thread can end what never stops computing.
    computes: (begins) => ([slice[SLICE.since], slice[SLICE.run]] = [Date.now(), begins ? run : 0]),
    request: (request, method, json) => send({ kind: 'request', run, request, method, json }),
    log: (json) => send({ kind: 'log', run, json }),
    end: (outcome, cpuMs) => {
      send({ kind: 'end', run, outcome, cpuMs });
      // Not at once: the sandbox is still computing.
      setImmediate(() => remove(run));
    },
  };
}
