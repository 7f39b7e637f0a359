import { spawn } from 'node:child_process';
import { stopSignal } from './stop-signal.mjs';

/**
 * Runs a program until it ends, or until this command is asked to stop, and collects its output.
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<{ code: number | null, output: string }>} rejects only when the program cannot be started
 */
export function execute(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], signal: stopSignal, ...options });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text) => (output += text));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}

/**
 * The last lines of a program's output, which usually say why it stopped.
 * @param {string} output
 */
export const lastLines = (output, count = 1) => output.trim().split('\n').slice(-count).join('\n');
