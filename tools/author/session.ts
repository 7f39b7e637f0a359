import type { SessionTokens } from '@skep/client';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** The sessions of `app login`, by installation; only their owner can read the file. */
const file = () => join(process.env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'skep', 'sessions.json');

function readSessions(): Record<string, SessionTokens> {
  try {
    return JSON.parse(readFileSync(file(), 'utf8')) as Record<string, SessionTokens>;
  } catch {
    return {}; // no one has signed in
  }
}

/** The session of the author at an installation. */
export const readSession = (url: string): SessionTokens | undefined => readSessions()[new URL(url).origin];

/** Keeps it, instead of the former one. */
export function saveSession(url: string, { access_token, refresh_token }: SessionTokens): void {
  const sessions = { ...readSessions(), [new URL(url).origin]: { access_token, refresh_token } };
  mkdirSync(dirname(file()), { recursive: true, mode: 0o700 });
  writeFileSync(`${file()}.new`, `${JSON.stringify(sessions, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file()}.new`, file());
}
