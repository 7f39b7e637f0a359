import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../setup/fault.mjs';
import { identify, isAlive, terminate } from './processes.mjs';

/**
 * SKEP_DATA/run.json records the processes that use this folder. If a launcher was killed, the next one finds and ends its orphaned
 * processes with it.
 */
export async function openRunFile({ data, port }) {
  const file = runFileOf(data);
  const before = readRunFile(data);
  const runningHere = isAlive(before?.launcher) ? before : undefined;
  // Postgres keeps running: startPostgres finds and reuses it.
  if (before && !runningHere)
    await Promise.all([...(before.services ?? []), ...(before.nats ? [before.nats] : [])].map((id) => terminate(id)));

  const content = { launcher: identify(process.pid), port };
  let claimed = false;
  const save = () => {
    writeFileSync(`${file}.new`, JSON.stringify(content, null, 2));
    renameSync(`${file}.new`, file);
  };
  return {
    /** The record of a running Skep that uses this folder, if any. */
    runningHere,

    /** Reserves the folder for this launcher. @throws Fault if another one uses it */
    claim() {
      const refuse = (pid) =>
        new Fault(`Skep already runs with the data folder ${data} (process ${pid}). Stop it first, or set SKEP_DATA to another folder.`);
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
     * Records a child process by its role: 'postgres', 'nats' or 'services'. On a full disk only the next record writes the file: what was
     * started must keep running.
     */
    record(role, pid) {
      const id = identify(pid);
      if (role === 'services') content.services = [...(content.services ?? []).filter(isAlive), id];
      else content[role] = id;
      try {
        save();
      } catch (error) {
        if (error.code !== 'ENOSPC' && error.code !== 'EDQUOT') throw error;
        console.error(`The disk is full: process ${pid} is not recorded in ${file} yet.`);
      }
    },

    /** Removes the file. */
    release() {
      if (claimed) rmSync(file, { force: true });
    },
  };
}

export const runFileOf = (data) => join(data, 'run.json');

/** The contents of run.json, if it exists. */
export function readRunFile(data) {
  try {
    return JSON.parse(readFileSync(runFileOf(data), 'utf8'));
  } catch {
    return undefined;
  }
}
