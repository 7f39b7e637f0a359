import { type Fault, InvalidInput, isObject } from '@skep/contracts';
import { CONFIG_BYTES_MAX, type UpdateConfig } from '@skep/contracts/registry';
import { merge } from '@skep/platform';
import type { ConfigParts } from './config.repository.js';

export type ConfigChanges = Pick<UpdateConfig, 'config' | 'enforced' | 'role_defaults' | 'replace_paths'>;

export const CONFIG_PARTS = ['config', 'enforced', 'role_defaults'] as const;

/** Names that lead to the prototype of an object in careless code. */
const REFUSED_KEYS: readonly string[] = ['__proto__', 'constructor', 'prototype'];
const DEPTH_MAX = 16;
const KEY_MAX = 200;

/** Merges changes into settings, and replaces what `replace_paths` names. @throws Problem `invalid_input` for settings that are too large or deep */
export function changeConfig(before: ConfigParts, { replace_paths = [], ...changes }: ConfigChanges): ConfigParts {
  const replaced = replace_paths.reduce((config, path) => without(config, path.split('.')), before.config);
  const after = { ...before, config: replaced };
  for (const part of CONFIG_PARTS) {
    const change = changes[part];
    if (!change) continue;
    assertStorable(change, [part]);
    after[part] = merge(after[part], change);
    if (Buffer.byteLength(JSON.stringify(after[part])) > CONFIG_BYTES_MAX)
      throw refused([part], 'These settings would be larger than 64 KiB: remove entries', 'too_long');
  }
  return after;
}

function without(values: Record<string, unknown>, [key, ...rest]: string[]): Record<string, unknown> {
  if (key === undefined || !Object.hasOwn(values, key)) return values;
  const child = values[key];
  const entries = Object.entries(values).filter(([name]) => name !== key);
  return Object.fromEntries(rest.length ? [...entries, [key, isObject(child) ? without(child, rest) : child]] : entries);
}

function assertStorable(value: unknown, loc: string[]): void {
  if (typeof value !== 'object' || value === null) return;
  if (loc.length > DEPTH_MAX) throw refused(loc, `Settings may be nested ${DEPTH_MAX} deep`, 'too_deep');
  for (const [key, child] of Object.entries(value)) {
    if (REFUSED_KEYS.includes(key)) throw refused([...loc, key], `A setting cannot be named ${key}`, 'value_error');
    if (key.length > KEY_MAX) throw refused(loc, `The name of a setting may have ${KEY_MAX} characters`, 'too_long');
    assertStorable(child, [...loc, key]);
  }
}

const refused = (loc: Fault['loc'], msg: string, type: string) => InvalidInput([{ loc, msg, type }]);
