import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const fileIn = (data) => join(data, 'ports.json');

/** The ports that the embedded servers had last time, so that a bookmarked psql goes on working. */
export function readPorts(data) {
  try {
    return JSON.parse(readFileSync(fileIn(data), 'utf8'));
  } catch {
    return {};
  }
}

export const writePorts = (data, ports) => writeFileSync(fileIn(data), `${JSON.stringify(ports)}\n`);
