import { createHash } from 'node:crypto';

/** Clients and language models take no longer names, and no other characters. */
const NAME_MAX = 64;
const SAFE_NAME = /^[A-Za-z0-9_-]{1,64}$/;
const HASH_LENGTH = 12;
/** The end of a name that was shortened. */
export const SHORTENED_TOOL = new RegExp(`_[0-9a-f]{${HASH_LENGTH}}$`);
/** An app id has none of these. */
export const TOOL_SEPARATOR = '__';

/** The name itself if it is a safe one, else its beginning and a hash of all of it. */
export function safeToolName(name: string): string {
  if (SAFE_NAME.test(name)) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, HASH_LENGTH);
  return `${name.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, NAME_MAX - HASH_LENGTH - 1)}_${hash}`;
}

/** The name of the tool that calls a function of an app, among the tools of all apps. */
export const toolNameOf = (app_id: string, fn: { name: string }): string => safeToolName(`${app_id}${TOOL_SEPARATOR}${fn.name}`);
