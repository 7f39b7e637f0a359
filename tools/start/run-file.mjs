import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf, Fault } from '../setup/fault.mjs';
import { identify, isAlive, terminate } from './processes.mjs';

/**
 * The contents of SKEP_DATA/run.json: the processes that use this folder. If a launcher was killed, the next one finds and ends its
 * orphaned processes with it.
 * @typedef {import('./processes.mjs').ProcessId} ProcessId
 * @typedef {{ launcher: ProcessId, port: number, services?: ProcessId[], nats?: ProcessId, postgres?: ProcessId }} RunFile
 */

/**
 * Opens SKEP_DATA/run.json, and ends the orphaned processes that it records.
 * @param {{ data: string, port: number }} settings
 */
export async function openRunFile({ data, port }) {
  const file = runFileOf(data);
  const before = readRunFile(data);
  const runningHere = isAlive(before?.launcher) ? before : undefined;
  // Postgres keeps running: startPostgres finds and reuses it.
  if (before && !runningHere)
    await Promise.all([...(before.services ?? []), ...(before.nats ? [before.nats] : [])].map((id) => terminate(id)));

  let claimed = false;
  return {
    /** The record of a running Skep that uses this folder, if any. */
    runningHere,

    /** Reserves the folder for this launcher. @throws Fault if another one uses it */
    claim() {
      const refuse = (/** @type {number | string} */ pid) =>
        new Fault(`Skep already runs with the data folder ${data} (process ${pid}). Stop it first, or set SKEP_DATA to another folder.`);
      if (runningHere) throw refuse(runningHere.launcher.pid);
      mkdirSync(data, { recursive: true, mode: 0o700 });
      if (before) rmSync(file, { force: true });
      try {
        writeFileSync(file, format({ launcher: identify(process.pid), port }), { flag: 'wx' });
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') throw error;
        throw refuse(readRunFile(data)?.launcher.pid ?? 'just started');
      }
      claimed = true;
    },

    /** Removes the file. */
    release() {
      if (claimed) rmSync(file, { force: true });
    },
  };
}

/**
 * Returns a function that records a child process of the launcher, which has claimed the folder, by its role. On a full disk only the next
 * record writes the file: what was started must keep running.
 * @param {string} data
 */
export function processRecorder(data) {
  const file = runFileOf(data);
  const content = readRunFile(data);
  if (!content) throw new Fault(`${file} does not exist. Run npm start.`);
  return (/** @type {'services' | 'nats' | 'postgres'} */ role, /** @type {number} */ pid) => {
    const id = identify(pid);
    if (role === 'services') content.services = [...(content.services ?? []).filter(isAlive), id];
    else content[role] = id;
    try {
      writeFileSync(`${file}.new`, format(content));
      renameSync(`${file}.new`, file);
    } catch (error) {
      if (codeOf(error) !== 'ENOSPC' && codeOf(error) !== 'EDQUOT') throw error;
      console.error(`The disk is full: process ${pid} is not recorded in ${file} yet.`);
    }
  };
}

export const runFileOf = (/** @type {string} */ data) => join(data, 'run.json');

/**
 * The contents of run.json, if it exists.
 * @param {string} data
 * @returns {RunFile | undefined}
 */
export function readRunFile(data) {
  try {
    return JSON.parse(readFileSync(runFileOf(data), 'utf8'));
  } catch {
    return undefined;
  }
}

const format = (/** @type {RunFile} */ content) => JSON.stringify(content, null, 2);
