import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from './port.mjs';
import { services } from './services.mjs';

const fileIn = (data) => join(data, 'ports.json');

/** The ports of the previous start, of embedded servers and management ports. They are reused, so that bookmarks and Prometheus keep working. */
export function readPorts(data) {
  try {
    return JSON.parse(readFileSync(fileIn(data), 'utf8'));
  } catch {
    return {};
  }
}

/** Saves the ports for the next start. */
export const writePorts = (data, ports) => writeFileSync(fileIn(data), `${JSON.stringify(ports)}\n`);

/**
 * Assigns each service a management port: the one of the previous start if it is free.
 * @param {Record<string, number>} ports from `readPorts`
 * @param {number} publicPort the gateway's, which is not assigned
 * @returns {Promise<Record<string, number>>} by service
 */
export async function assignManagementPorts(ports, publicPort) {
  const assigned = {};
  for (const { name } of services) assigned[name] = await freePort(ports[name], [publicPort, ...Object.values(assigned)]);
  return assigned;
}
