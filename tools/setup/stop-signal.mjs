const controller = new AbortController();

/** Aborted when this command is asked to stop: Ctrl-C, SIGTERM, the terminal closed. Asking again changes nothing. */
export const stopSignal = controller.signal;

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => controller.abort());

// npm killed outright cannot pass the news on; we notice that our parent is another one.
if (process.env.npm_lifecycle_event) {
  const parent = process.ppid;
  setInterval(() => process.ppid === parent || controller.abort(), 250).unref();
}

/** Resolves when this command is asked to stop. */
export const stopAsked = new Promise((resolve) => stopSignal.addEventListener('abort', resolve, { once: true }));
