// A process that hosts one or all services. The launcher and the tests send it their settings over IPC, so that no secret appears in a
// command line or an environment.

/** A service: `entry` is the URL of its main module. */
export interface App {
  name: string;
  entry: string;
  env: Record<string, string>;
}

/** What the host receives: each wave starts once the previous one is ready. */
export interface AppWaves {
  waves: App[][];
}

/** What the host sends: that all services are ready, each second that it responds, or why a service did not start. */
export type HostMessage = { started: true } | { alive: true } | { failed: string; message: string };

interface Service {
  stop(): Promise<void>;
  drainMs?: number;
}

const running: Service[] = [];
let stopping = false;

process.on('SIGINT', () => {}); // the launcher handles Ctrl-C
process.once('SIGTERM', () => void stop());
process.once('disconnect', () => void stop()); // the launcher has died
process.once('message', ({ waves }: AppWaves) => void startAll(waves));

const send = (message: HostMessage, sent?: () => void) => process.send?.(message, undefined, undefined, sent);

async function startAll(waves: App[][]): Promise<void> {
  const imports = waves.map((wave) => wave.map((app) => startImport(app)));
  for (const wave of imports) await Promise.all(wave.map(startService));
  if (stopping) return;
  send({ started: true });
  setInterval(() => process.connected && send({ alive: true }), 1_000).unref(); // without these messages the launcher restarts this process
}

function startImport(app: App) {
  const module = import(app.entry) as Promise<{ start(env: Record<string, string>): Promise<Service> }>;
  module.catch(() => {}); // startService reports it
  return { app, module };
}

async function startService({ app, module }: ReturnType<typeof startImport>): Promise<void> {
  try {
    const { start } = await module;
    const service = await start(app.env);
    running.unshift(service);
    if (stopping) await service.stop();
  } catch (error) {
    if (stopping) return;
    // The message of a ConfigError is complete, and the launcher prints it; a stack would only hide it.
    const message = error instanceof Error ? error.message : String(error);
    if (!(error instanceof Error && error.constructor.name === 'ConfigError') && !message.includes('\n')) console.error(error);
    send({ failed: app.name, message }, () => process.exit(1));
    await new Promise(() => {});
  }
}

// The gateway, which started last, stops first: then no request is in progress when the services stop.
async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  const [last, ...others] = running;
  setTimeout(() => process.exit(1), 4000 + (last?.drainMs ?? 0)).unref(); // the launcher may have died and cannot kill this process
  await last?.stop().catch(console.error);
  await Promise.all(others.map((service) => service.stop().catch(console.error)));
  process.exit(0);
}
