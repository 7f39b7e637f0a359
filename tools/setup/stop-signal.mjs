const controller = new AbortController();

/** Aborted when this command is asked to stop: by Ctrl-C, SIGTERM or a closed terminal. */
export const stopSignal = controller.signal;

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => controller.abort());

// A killed npm cannot forward a signal, so we check whether our parent process has changed.
if (process.env.npm_lifecycle_event) {
  const parent = process.ppid;
  setInterval(() => process.ppid === parent || controller.abort(), 250).unref();
}

/** Resolves when this command is asked to stop. */
export const stopAsked = new Promise((resolve) => stopSignal.addEventListener('abort', resolve, { once: true }));
