import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from './port.mjs';
import { services } from './services.mjs';

const fileIn = (data) => join(data, 'ports.json');

/** The ports of last time, so that a bookmarked psql or a Prometheus goes on working: of the embedded servers, and each service's management port. */
export function readPorts(data) {
  try {
    return JSON.parse(readFileSync(fileIn(data), 'utf8'));
  } catch {
    return {};
  }
}

export const writePorts = (data, ports) => writeFileSync(fileIn(data), `${JSON.stringify(ports)}\n`);

/**
 * Gives each service a port for /healthz, /readyz and /metrics: that of last time while it is free.
 * @param {Record<string, number>} ports of `readPorts`
 * @param {number} publicPort where the gateway will listen
 * @returns {Promise<Record<string, number>>} by service
 */
export async function managementPorts(ports, publicPort) {
  const given = {};
  for (const { name } of services) given[name] = await freePort(ports[name], [publicPort, ...Object.values(given)]);
  return given;
}
