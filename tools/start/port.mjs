import { createServer } from 'node:net';
import { explain, Fault } from '../setup/fault.mjs';

/**
 * Checks that the public port is free, before anything slow starts. @throws Fault
 * @param {{ host: string, port: number, data: string }} settings
 * @param {{ runningHere?: { port?: number } }} runFile
 */
export async function checkPort({ host, port, data }, runFile) {
  const error = await listenOnce(port, host);
  if (!error) return;
  const isOurs = runFile.runningHere?.port === port;
  /** @type {Record<string, string>} */
  const sentences = {
    EADDRINUSE: isOurs
      ? `Port ${port} is in use. Skep already uses it, with the data in ${data}: stop it first, or set PORT and SKEP_DATA to start a second one.`
      : `Port ${port} is in use. Stop the program that uses it, or choose another port: PORT=${port + 1} npm start.`,
    EACCES: `Port ${port} needs more rights than this user has. Choose one above 1023: PORT=8080 npm start.`,
    EADDRNOTAVAIL: `HOST=${host} is not an address of this machine. Try HOST=127.0.0.1, or HOST=0.0.0.0 for all of them.`,
    ENOTFOUND: `HOST=${host} is not a known name. Try HOST=127.0.0.1.`,
  };
  const sentence = sentences[error.code ?? ''];
  throw sentence ? new Fault(sentence) : explain(error);
}

/**
 * Listens for a moment. Resolves with the error if that fails.
 * @param {number} port
 * @param {string} host
 * @returns {Promise<NodeJS.ErrnoException | undefined>}
 */
function listenOnce(port, host) {
  return new Promise((resolve) => {
    const server = createServer().once('error', resolve);
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}
