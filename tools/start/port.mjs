import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { explain, Fault } from '../setup/fault.mjs';

/** Checks that the public port is free, before anything slow starts. @throws Fault */
export async function checkPort({ host, port, data }, runFile) {
  const error = await listenOnce(port, host);
  if (!error) return;
  const isOurs = runFile.runningHere?.port === port;
  const sentences = {
    EADDRINUSE: isOurs
      ? `Port ${port} is in use. Skep already uses it, with the data in ${data}: stop it first, or set PORT and SKEP_DATA to start a second one.`
      : `Port ${port} is in use. Stop the program that uses it, or choose another port: PORT=${port + 1} npm start.`,
    EACCES: `Port ${port} needs more rights than this user has. Choose one above 1023: PORT=8080 npm start.`,
    EADDRNOTAVAIL: `HOST=${host} is not an address of this machine. Try HOST=127.0.0.1, or HOST=0.0.0.0 for all of them.`,
    ENOTFOUND: `HOST=${host} is not a known name. Try HOST=127.0.0.1.`,
  };
  const sentence = sentences[error.code];
  throw sentence ? new Fault(sentence) : explain(error);
}

/**
 * A free port of 127.0.0.1: the preferred one if it is free, else one outside the range of outgoing connections, which could take it
 * before it is used.
 * @param {number} [preferred] 0 for none
 * @param {number[]} [taken] ports that are already assigned
 */
export async function freePort(preferred, taken = []) {
  for (let port = preferred || anyPort(); ; port = anyPort()) {
    if (taken.includes(port)) continue;
    const error = await listenOnce(port, '127.0.0.1');
    if (!error) return port;
    if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') throw explain(error);
  }
}

const anyPort = () => randomInt(10_000, 32_000);

function listenOnce(port, host) {
  return new Promise((resolve) => {
    const server = createServer().once('error', resolve);
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}
