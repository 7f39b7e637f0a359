import { isObject } from '@skep/contracts';
import type { SkillFile } from '../skills/skill-archive.js';
import { MANIFEST, PluginError } from './plugin-files.js';

/** What plugin.json says. */
export interface PluginManifest {
  name: string;
  version: string;
  description: string;
  mcp_url: string | null;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/;
const NO_PROGRAMS =
  'plugin.json names an MCP server that is started with a command. Skep starts no programs of plugins, because they would run with its rights; name the url of a server that runs elsewhere.';

/** @throws PluginError */
export function readManifest(files: readonly SkillFile[]): PluginManifest {
  const file = files.find(({ path }) => path === MANIFEST);
  if (!file) throw new PluginError('There is no plugin.json.');
  const manifest = parse(file.bytes);
  const { name, version, description, mcp } = manifest;
  if (typeof name !== 'string' || !NAME.test(name))
    throw new PluginError('The name in plugin.json must consist of letters, digits, - and _.');
  if (typeof version !== 'string' || !version || version.length > 50) throw new PluginError('plugin.json must have a version.');
  return { name, version, description: typeof description === 'string' ? description.slice(0, 2_000) : '', mcp_url: urlOf(mcp) };
}

function parse(bytes: Buffer): Record<string, unknown> {
  try {
    const manifest: unknown = JSON.parse(bytes.toString());
    if (isObject(manifest)) return manifest;
  } catch {
    // Below.
  }
  throw new PluginError('plugin.json must be an object in JSON.');
}

function urlOf(mcp: unknown): string | null {
  if (mcp === undefined || mcp === null) return null;
  if (isObject(mcp) && 'command' in mcp) throw new PluginError(NO_PROGRAMS);
  const address = isObject(mcp) && typeof mcp['url'] === 'string' && mcp['url'].length <= 500 ? URL.parse(mcp['url']) : null;
  if (!address || !['http:', 'https:'].includes(address.protocol))
    throw new PluginError('The url of the MCP server in plugin.json must begin with https://.');
  return address.href;
}
