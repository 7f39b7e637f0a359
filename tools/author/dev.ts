import { once } from 'node:events';
import { watch } from 'node:fs';
import { Fault } from '../setup/fault.mjs';
import { stopSignal } from '../setup/stop-signal.mjs';
import { checkApp, consentText, faultText } from './check.ts';
import { deployApp } from './deploy.ts';
import { fromCaller, readAppFolder } from './folder.ts';

/** An editor writes a file in several steps. */
const QUIET_MS = 100;
const IGNORED = /^types[/\\]|(^|[/\\])(node_modules|\.[^/\\]+)([/\\]|$)/;

/** Checks and deploys the app in a folder for its author at each change, until the command is stopped. */
export async function develop(folder?: string): Promise<void> {
  const cycle = developmentCycle(folder);
  let working = cycle();
  await working;
  let timer: NodeJS.Timeout | undefined;
  watch(fromCaller(folder), { recursive: true, signal: stopSignal }, (_event, file) => {
    if (file === null || IGNORED.test(file)) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      working = working.then(cycle);
    }, QUIET_MS);
  });
  console.log('Waiting for changes. Stop with Ctrl-C.');
  if (!stopSignal.aborted) await once(stopSignal, 'abort');
  clearTimeout(timer);
  await working;
}

/** One check and deploy. It says only what differs from the time before. */
function developmentCycle(folder?: string): () => Promise<void> {
  let deployed = '';
  let consent = '';
  return async () => {
    const say = (text: string) => console.log(`${new Date().toTimeString().slice(0, 8)} ${text}`);
    const last = deployed;
    deployed = ''; // after a fault, the same content is news again
    try {
      const app = readAppFolder(folder);
      const checked = await checkApp(app);
      const content = JSON.stringify([checked, app.manifest, app.settings]);
      if (content === last) return void (deployed = last);
      for (const warning of checked.warnings) say(`warning: ${faultText(warning)}`);
      if (checked.faults.length) return void checked.faults.forEach((fault) => say(faultText(fault)));
      const { revision } = await deployApp(app, checked);
      deployed = content;
      say(`${app.id} ${app.version} is live for you as revision ${revision}.`);
      const asked = consentText(checked, app);
      if (asked !== consent) console.log(asked);
      consent = asked;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      say(error.message);
    }
  };
}
