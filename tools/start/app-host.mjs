// Runs under Node 24: the process in which services live, all of them together or one alone. The launcher says which, over IPC,
// so that no secret stands in a command line or an environment.

/** @typedef {{ name: string, entry: string, env: Record<string, string> }} App */

const running = [];
let stopping = false;

process.on('SIGINT', () => {}); // Ctrl-C is the launcher's
process.once('SIGTERM', stop);
process.once('disconnect', stop); // the launcher is gone, so nobody would stop us
process.once('message', (/** @type {{ waves: App[][] }} */ { waves }) => void startAll(waves));

/** @param {App[][]} waves each wave starts when the one before is up */
async function startAll(waves) {
  const imports = waves.map((wave) => wave.map((app) => importing(app)));
  for (const wave of imports) await Promise.all(wave.map(startOne));
  if (stopping) return;
  process.send({ started: true });
  setInterval(() => process.connected && process.send({ lives: true }), 1_000).unref(); // a launcher that hears nothing starts us again
}

function importing(app) {
  const module = import(app.entry);
  module.catch(() => {}); // reported when its turn comes
  return { app, module };
}

async function startOne({ app, module }) {
  try {
    const { start } = await module;
    const service = await start(app.env);
    running.unshift(service);
    if (stopping) await service.stop();
  } catch (error) {
    if (stopping) return;
    // A fault of the configuration says all by its message, which the launcher prints; a stack would only hide it.
    const message = String(error?.message ?? error);
    if (error?.constructor?.name !== 'ConfigError' && !message.includes('\n')) console.error(error);
    process.send({ failed: app.name, message }, () => process.exit(1));
    await new Promise(() => {});
  }
}

// The last started, the gateway, stops first: then no request is on its way when the others do.
async function stop() {
  if (stopping) return;
  stopping = true;
  const [door, ...others] = running;
  setTimeout(() => process.exit(1), 4000 + (door?.drainMs ?? 0)).unref(); // with the launcher gone, nobody else would insist
  await door?.stop().catch(console.error);
  await Promise.all(others.map((service) => service.stop().catch(console.error)));
  process.exit(0);
}
