import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * A free port of 127.0.0.1: the preferred one if it is free, else one outside the range of outgoing connections, which could take it
 * before it is used.
 * @param taken ports that are already assigned
 */
export async function freePort(preferred?: number, taken: readonly number[] = []): Promise<number> {
  for (let port = preferred || anyPort(); ; port = anyPort()) {
    if (taken.includes(port)) continue;
    const error = await listenOnce(port);
    if (!error) return port;
    if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') throw error;
  }
}

const anyPort = () => randomInt(10_000, 32_000);

const listenOnce = (port: number) =>
  new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
    const server = createServer().once('error', resolve);
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(undefined)));
  });
