import { zipSync } from 'fflate';
import { openSkill, type OpenedSkill } from '../skills/open-skill.js';
import type { SkillFile } from '../skills/skill-archive.js';
import { PluginError, SKILLS } from './plugin-files.js';

/** The same files have the same archive, and so the same hash. */
const MTIME = new Date('1980-01-02T00:00:00Z');

/** The skills of a plugin: each folder below skills/, packed as ClawHub packs one. @throws PluginError, Problem `skill_blocked` */
export async function skillsOf(files: readonly SkillFile[]): Promise<OpenedSkill[]> {
  const folders = Map.groupBy(files, ({ path }) => /^[^/]+\/([^/]+)\//.exec(path)?.[1] ?? '');
  folders.delete('');
  if (!folders.size) throw new PluginError('The plugin has no skill below skills/.');
  return Promise.all(
    Array.from(folders, ([folder, own]) => {
      const within = `${SKILLS}/${folder}/`.length;
      return openSkill(
        Buffer.from(zipSync(Object.fromEntries(own.map(({ path, bytes }) => [path.slice(within), [bytes, { mtime: MTIME }]])))),
      );
    }),
  );
}
