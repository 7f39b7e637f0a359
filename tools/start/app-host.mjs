// Runs on Node 24: a process that hosts one or all services. The launcher sends their settings over IPC, so that no secret appears in a
// command line or an environment.

/** @typedef {{ name: string, entry: string, env: Record<string, string> }} App */

const running = [];
let stopping = false;

process.on('SIGINT', () => {}); // the launcher handles Ctrl-C
process.once('SIGTERM', stop);
process.once('disconnect', stop); // the launcher has died
process.once('message', (/** @type {{ waves: App[][] }} */ { waves }) => void startAll(waves));

/** @param {App[][]} waves each wave starts once the previous one is ready */
async function startAll(waves) {
  const imports = waves.map((wave) => wave.map((app) => startImport(app)));
  for (const wave of imports) await Promise.all(wave.map(startService));
  if (stopping) return;
  process.send({ started: true });
  setInterval(() => process.connected && process.send({ alive: true }), 1_000).unref(); // without these messages the launcher restarts this process
}

function startImport(app) {
  const module = import(app.entry);
  module.catch(() => {}); // startService reports it
  return { app, module };
}

async function startService({ app, module }) {
  try {
    const { start } = await module;
    const service = await start(app.env);
    running.unshift(service);
    if (stopping) await service.stop();
  } catch (error) {
    if (stopping) return;
    // The message of a ConfigError is complete, and the launcher prints it; a stack would only hide it.
    const message = String(error?.message ?? error);
    if (error?.constructor?.name !== 'ConfigError' && !message.includes('\n')) console.error(error);
    process.send({ failed: app.name, message }, () => process.exit(1));
    await new Promise(() => {});
  }
}

// The gateway, which started last, stops first: then no request is in progress when the services stop.
async function stop() {
  if (stopping) return;
  stopping = true;
  const [last, ...others] = running;
  setTimeout(() => process.exit(1), 4000 + (last?.drainMs ?? 0)).unref(); // the launcher may have died and cannot kill this process
  await last?.stop().catch(console.error);
  await Promise.all(others.map((service) => service.stop().catch(console.error)));
  process.exit(0);
}
