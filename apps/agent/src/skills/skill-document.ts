import { isObject } from '@skep/contracts';
import type { SkillRequirements } from '@skep/contracts/agent';
import { parse } from 'yaml';

/** What a SKILL.md says. */
export interface SkillDocument {
  name: string;
  version: string;
  description: string;
  author: string | null;
  emoji: string | null;
  enabled: boolean;
  requirements: SkillRequirements;
  /** Whether the prompt contains its instructions, instead of only its name and description. */
  isInjected: boolean;
  frontmatter: Record<string, unknown>;
  body: string;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/;
const FRONT = /^\uFEFF?---\r?\n(.*?)\r?\n---\r?\n?(.*)$/s;
const FRONT_MAX = 64_000;

/** @throws Error that says what is wrong with the document */
export function readSkillDocument(text: string): SkillDocument {
  const [, front = '', body = ''] = FRONT.exec(text) ?? [];
  if (!front || front.length > FRONT_MAX) throw new Error('SKILL.md must begin with front matter in YAML.');
  const frontmatter: unknown = parse(front, { maxAliasCount: 0, schema: 'core' });
  if (!isObject(frontmatter)) throw new Error('The front matter of SKILL.md must be an object.');
  const { name } = frontmatter;
  if (typeof name !== 'string' || !NAME.test(name)) throw new Error('The name of the skill must consist of letters, digits, - and _.');
  const [own, metadata] = [objectAt(frontmatter, 'ungula'), objectAt(frontmatter, 'metadata')];
  const openClaw = objectAt(metadata, 'openclaw');
  const requires = { ...objectAt(openClaw, 'requires'), ...objectAt(frontmatter, 'requires') };
  return {
    ...{ name, frontmatter, body },
    version: asText(frontmatter['version']) ?? '0.0.0',
    description: (asText(frontmatter['description']) ?? '').slice(0, 2_000),
    author: asText(frontmatter['author']),
    emoji: asText(own['emoji']) ?? asText(openClaw['emoji']),
    enabled: frontmatter['enabled'] !== false,
    isInjected: own['inject_prompt'] === true,
    requirements: {
      bins: texts(requires['bins']),
      env: texts(requires['env']),
      config: texts(requires['config']),
      platform: [...texts(requires['platform']), ...texts(openClaw['os'])],
    },
  };
}

function objectAt(of: Record<string, unknown>, name: string): Record<string, unknown> {
  const value = Object.hasOwn(of, name) ? of[name] : undefined;
  return isObject(value) ? value : {};
}

const asText = (value: unknown): string | null => (typeof value === 'string' ? value : typeof value === 'number' ? String(value) : null);

const texts = (value: unknown): string[] =>
  (Array.isArray(value) ? value : value === undefined ? [] : [value]).filter((each) => typeof each === 'string').slice(0, 100);
