import type { SkillFile } from '../skills/skill-archive.js';

/** Why a plugin cannot be installed, in a sentence for the person who named it. */
export class PluginError extends Error {}

export const MANIFEST = 'plugin.json';
export const SKILLS = 'skills';

/** Files and folders that are read of a plugin. */
const ENTRIES_MAX = 2_000;
/** Of all files together. */
export const PLUGIN_BYTES_MAX = 10_000_000;
const PATH_MAX = 200;

/** The files of a plugin that matter, within limits: plugin.json, and what is below skills/. */
export class PluginFiles {
  readonly files: SkillFile[] = [];
  private entries = 0;
  private bytes = 0;

  /** Counts a file or folder before it is read. @throws PluginError */
  enter(path: string): void {
    if (++this.entries > ENTRIES_MAX) throw new PluginError(`The plugin has more than ${ENTRIES_MAX} files and folders.`);
    if (path.length > PATH_MAX) throw new PluginError(`The plugin has a path of more than ${PATH_MAX} characters.`);
  }

  /** @throws PluginError */
  add(path: string, bytes: Uint8Array): void {
    this.bytes += bytes.length;
    if (this.bytes > PLUGIN_BYTES_MAX) throw new PluginError(`The plugin is larger than ${PLUGIN_BYTES_MAX} bytes.`);
    this.files.push({ path, bytes: Buffer.from(bytes) });
  }
}

export const linkIn = (path: string) => new PluginError(`The plugin has a link: ${path}`);
