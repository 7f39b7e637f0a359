import { type Client, createClient, type Credentials, SkepError } from '@skep/client';
import { Fault } from '../setup/fault.mjs';
import { publicUrlOf } from '../start/installation.ts';
import type { Settings } from './folder.ts';
import { readSession, saveSession } from './session.ts';

/** A function may run for 90 seconds. */
const TIMEOUT_MS = 100_000;

/** The installation of an author: that of SKEP_URL, else that of skep.json, else the local one. */
export const serverOf = ({ server }: Settings = {}): string => process.env.SKEP_URL ?? server ?? publicUrlOf();

/**
 * Calls the public API as the author: with SKEP_TOKEN, SKEP_API_KEY, or the session of `app login`.
 * @throws Fault if they have not signed in, or the API is unreachable or refuses
 */
export async function asAuthor<T>(settings: Settings, call: (skep: Client) => Promise<T>): Promise<T> {
  const url = serverOf(settings);
  try {
    return await call(createClient({ url, credentials: credentialsFor(url), timeoutMs: TIMEOUT_MS }));
  } catch (error) {
    throw toFault(error, url);
  }
}

/** Calls routes that need no account. @throws Fault */
export async function asAnyone<T>(url: string, call: (skep: Client) => Promise<T>): Promise<T> {
  try {
    return await call(createClient({ url, timeoutMs: TIMEOUT_MS }));
  } catch (error) {
    throw toFault(error, url);
  }
}

function credentialsFor(url: string): Credentials {
  const { SKEP_TOKEN: token, SKEP_API_KEY: apiKey } = process.env;
  if (token) return { token };
  if (apiKey) return { apiKey };
  const session = readSession(url);
  if (!session) throw new Fault(`You are not signed in at ${url}. Run: npm run skep -- app login, or set SKEP_TOKEN or SKEP_API_KEY.`);
  return { session, onRefresh: (tokens) => saveSession(url, tokens) };
}

function toFault(error: unknown, url: string): unknown {
  if (error instanceof Fault) return error;
  if (!(error instanceof SkepError))
    return new Fault(`Skep does not answer at ${url}. Is it running? Set SKEP_URL if it has another address.`);
  if (error.status === 401) return new Fault(`${url} does not accept your credentials. Sign in again: npm run skep -- app login`);
  if (error.code === 'not_a_developer') return new Fault('Register as a developer first: npm run skep -- app register NAME');
  return new Fault(error.message);
}
