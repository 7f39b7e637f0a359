import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '@skep/platform/free-port';
import { services } from './services.mjs';

const fileIn = (data: string) => join(data, 'ports.json');

/** The ports of the previous start, of embedded servers and management ports. They are reused, so that bookmarks and Prometheus keep working. */
export function readPorts(data: string): Record<string, number> {
  try {
    return JSON.parse(readFileSync(fileIn(data), 'utf8'));
  } catch {
    return {};
  }
}

/** Saves the ports for the next start. */
export const writePorts = (data: string, ports: Record<string, number>) => writeFileSync(fileIn(data), `${JSON.stringify(ports)}\n`);

/**
 * Assigns each service a management port: the one of the previous start if it is free.
 * @param ports from `readPorts`
 * @param publicPort the gateway's, which is not assigned
 * @returns the ports by service
 */
export async function assignManagementPorts(ports: Record<string, number>, publicPort: number): Promise<Record<string, number>> {
  const assigned: Record<string, number> = {};
  for (const { name } of services) assigned[name] = await freePort(ports[name], [publicPort, ...Object.values(assigned)]);
  return assigned;
}
