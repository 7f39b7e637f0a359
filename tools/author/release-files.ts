import type { Output } from '@skep/client';
import { canonicalJson } from '@skep/contracts';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { dirname, basename } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { Fault } from '../setup/fault.mjs';
import { fromCaller, readJson } from './folder.ts';
import { type Receipt } from './deploy.ts';
import { asAnyone, asAuthor, serverOf } from './server.ts';

type ReleaseFile = Awaited<Output<'exportRelease'>>;

/** Writes the signed file of a release. @returns its path */
export async function exportRelease(app_id: string, revision?: string, output = `${app_id}.skep.json`): Promise<string> {
  const number = revision === undefined ? undefined : Number(revision);
  if (number !== undefined && !(Number.isInteger(number) && number > 0))
    throw new Fault(`--revision must be a number from 1, not '${revision}'.`);
  const file = await asAuthor({}, (skep) => skep.exportRelease({ app_id, ...(number && { revision: number }) }));
  const path = fromCaller(output);
  writeFileSync(path, `${canonicalJson(file)}\n`);
  return path;
}

/** Shows who signed a file, asks whether the author trusts them unless that is known, and imports it. @throws Fault */
export async function importRelease(name: string, trusted?: string): Promise<Receipt> {
  const path = fromCaller(name);
  const file = readJson(dirname(path), basename(path)) as Partial<ReleaseFile>;
  const { release, public_key } = file;
  if (typeof release?.app_id !== 'string' || typeof public_key !== 'string')
    throw new Fault(`${path} is no release file. Make one with: npm run skep -- app export APP`);
  const signer = fingerprintOf(public_key);
  const own = await asAnyone(serverOf(), (skep) => skep.getReleaseKey());
  // Not checked yet, so it may contain anything.
  const label = `${release.app_id} ${String(release.version)}`.replace(/[^\x20-\x7e]/g, '?');
  console.log(`${label}, signed by ${signer}${signer === own.fingerprint ? ' (this installation)' : ''}`);
  const fingerprint = trusted ?? (signer === own.fingerprint ? undefined : await askForTrust(signer));
  const input = { app_id: release.app_id, file: file as ReleaseFile, ...(fingerprint && { fingerprint }) };
  return asAuthor({}, (skep) => skep.importRelease(input));
}

/** As the server computes it, which checks it again. */
const fingerprintOf = (public_key: string): string =>
  `SHA256:${createHash('sha256').update(Buffer.from(public_key, 'base64url')).digest('base64').replace(/=+$/, '')}`;

async function askForTrust(signer: string): Promise<string> {
  const refusal = new Fault(`Not imported. If the author of the file names this fingerprint, run the command with --fingerprint ${signer}`);
  if (!process.stdin.isTTY) throw refusal;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question('Does the author of the file name this fingerprint? (yes/no) ').finally(() => terminal.close());
  if (answer.trim().toLowerCase() !== 'yes') throw refusal;
  return signer;
}
