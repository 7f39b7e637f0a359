import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../setup/fault.mjs';
import { identify, isAlive, terminate } from './processes.mjs';

/**
 * SKEP_DATA/run.json says which processes serve this folder. A launcher that was killed leaves it behind, and with it the way
 * to find its orphans.
 */
export async function openRunFile({ data, port }) {
  const file = runFileOf(data);
  const before = readRunFile(data);
  const runningHere = isAlive(before?.launcher) ? before : undefined;
  // Postgres is left to run: its own start finds and takes it over.
  if (before && !runningHere)
    await Promise.all([...(before.services ?? []), ...(before.nats ? [before.nats] : [])].map((id) => terminate(id)));

  const content = { launcher: identify(process.pid), port };
  let claimed = false;
  const save = () => {
    writeFileSync(`${file}.new`, JSON.stringify(content, null, 2));
    renameSync(`${file}.new`, file);
  };
  return {
    /** The record of the Skep that already serves this folder, if one does. */
    runningHere,

    /** Takes the folder for this launcher. */
    claim() {
      const refuse = (pid) =>
        new Fault(`Skep already runs on ${data} (process ${pid}). Stop it first, or set SKEP_DATA to another folder.`);
      if (runningHere) throw refuse(runningHere.launcher.pid);
      mkdirSync(data, { recursive: true, mode: 0o700 });
      if (before) rmSync(file, { force: true });
      try {
        writeFileSync(file, JSON.stringify(content, null, 2), { flag: 'wx' });
      } catch (error) {
        if (error.code !== 'EEXIST') throw error;
        throw refuse(readRunFile(data)?.launcher.pid ?? 'just started');
      }
      claimed = true;
    },

    /**
     * Remembers a child by its role: 'postgres', 'nats', or one of the 'services'. On a full disk the next record writes it down: what
     * was started must go on.
     */
    record(role, pid) {
      const id = identify(pid);
      if (role === 'services') content.services = [...(content.services ?? []).filter(isAlive), id];
      else content[role] = id;
      try {
        save();
      } catch (error) {
        if (error.code !== 'ENOSPC' && error.code !== 'EDQUOT') throw error;
        console.error(`The disk is full: ${file} does not name process ${pid} yet.`);
      }
    },

    release() {
      if (claimed) rmSync(file, { force: true });
    },
  };
}

export const runFileOf = (data) => join(data, 'run.json');

/** What run.json says, if it is there. */
export function readRunFile(data) {
  try {
    return JSON.parse(readFileSync(runFileOf(data), 'utf8'));
  } catch {
    return undefined;
  }
}
