import { spawn } from 'node:child_process';
import { NODE } from './paths.mjs';
import { stopAsked } from './stop-signal.mjs';

/**
 * Runs a program on Node 24, in the same terminal.
 * @param {string[]} args of node: its options, the script, the script's arguments
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<number>} its exit code
 */
export function runNode(args, options) {
  const child = spawn(NODE, args, { stdio: 'inherit', ...options });
  void stopAsked.then(() => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => child.once('error', reject).once('exit', (code) => resolve(code ?? 1)));
}
