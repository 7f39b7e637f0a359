import { Empty } from '../common.js';
import { operation } from '../define.js';
import { AnyJson, Bool, Int, Json, List, Nested, Nullable, Num, OneOf, Optional, Shape, Text } from '../fields.js';
import { NotConfigured, problem } from '../problem.js';

export const SEVERITIES = ['critical', 'high', 'medium', 'low'] as const;
export type Severity = (typeof SEVERITIES)[number];
export const SKILL_SOURCES = ['bundled', 'user', 'clawhub', 'plugin'] as const;
export type SkillSource = (typeof SKILL_SOURCES)[number];

const docs = {
  name: { description: 'Name of the skill.', example: 'bee-watcher' },
  slug: { description: 'Name of the skill at ClawHub.', example: 'bee-watcher' },
  version: { description: 'Its version.', example: '1.2.3' },
  description: { description: 'What it is for.', example: 'Tells bees from wasps.' },
  author: { description: 'Who made it.', example: 'ada' },
  severity: { description: 'How bad it is. A critical threat blocks the skill.', example: 'high' },
  count: (severity: string) => ({ description: `Number of ${severity} ones.`, example: 0 }),
};

@Shape('Identifies a skill.')
export class SkillRef {
  @Text({ max: 100, ...docs.name }) name!: string;
}

@Shape('A skill: instructions for agents, with files beside them.')
export class Skill {
  @Text(docs.name) name!: string;
  @Text(docs.version) version!: string;
  @Text(docs.description) description!: string;
  @Nullable() @Text(docs.author) author!: string | null;
  @Nullable() @Text({ description: 'A sign for it.', example: '🐝' }) emoji!: string | null;
  @Bool({ description: 'Whether agents use it.', example: true }) enabled!: boolean;
  @Bool({ description: 'Whether what it requires is there.', example: true }) eligible!: boolean;
  @Nullable() @Text({ description: 'Why it is not eligible.' }) eligibility_reason!: string | null;
  @OneOf(SKILL_SOURCES, { description: 'Where it came from.', example: 'clawhub' }) source!: SkillSource;
  @Bool({ description: 'Whether it brings tools of its own.', example: false }) has_tools!: boolean;
  @List('text', { description: 'Names of its tools.', example: ['web_search'] }) tool_names!: string[];
  @List('text', { description: 'The same.', example: ['web_search'] }) tools!: string[];
}

@Shape('What a skill requires.')
export class SkillRequirements {
  @List('text', { description: 'Programs on a paired device.', example: ['git'] }) bins!: string[];
  @List('text', { description: 'Environment variables on a paired device.' }) env!: string[];
  @List('text', { description: 'Settings.' }) config!: string[];
  @List('text', { description: 'Operating systems.', example: ['linux'] }) platform!: string[];
}

@Shape('A skill with its instructions.')
export class SkillDetails extends Skill {
  @Text({ max: 1_000_000, description: 'The instructions, in Markdown.' }) body!: string;
  @Nested(() => SkillRequirements, { description: 'What it requires.' }) requirements!: SkillRequirements;
  @Json({ bytes: Infinity, description: 'The front matter of its SKILL.md.', example: { name: 'bee-watcher' } })
  raw_frontmatter!: Record<string, unknown>;
  @List('text', { description: 'Its files.', example: ['SKILL.md'] }) files!: string[];
  @Text({ description: 'SHA-256 of the archive that was scanned and installed. Empty for a bundled skill.' }) sha256!: string;
}

@Shape('The skills of a user.')
export class Skills {
  @List(() => Skill, { description: 'Bundled ones first.' }) skills!: Skill[];
  @Int({ description: 'Number of tools of these skills.', example: 2 }) total_tools!: number;
}

@Shape('A tool that agents can use.')
export class BuiltinTool {
  @Text({ description: 'Its name.', example: 'web_search' }) name!: string;
  @Text({ description: 'What it does.', example: 'Searches the web.' }) description!: string;
  @Json({ bytes: Infinity, description: 'JSON Schema of its arguments.', example: { type: 'object', properties: {} } })
  parameters!: Record<string, unknown>;
  @Nullable() @Text({ description: 'The skill that brings it. Null: it is built in.' }) skill!: string | null;
  @Nullable() @Text({ description: 'The same.' }) skill_name!: string | null;
}

@Shape('The tools that are built in, or that skills bring.')
export class BuiltinTools {
  @List(() => BuiltinTool, { description: 'The tools.' }) tools!: BuiltinTool[];
}

@Shape('What was done.')
export class SkillChanged {
  @OneOf(['ok'], { description: 'Always `ok`.', example: 'ok' }) status!: 'ok';
  @Text({ description: 'What was done.', example: 'The skill bee-watcher is enabled.' }) message!: string;
}

@Shape('The skills that are loaded.')
export class SkillsReloaded {
  @OneOf(['ok'], { description: 'Always `ok`.', example: 'ok' }) status!: 'ok';
  @Int({ description: 'Number of skills.', example: 3 }) skills_loaded!: number;
  @Int({ description: 'Number of their tools.', example: 2 }) tools_loaded!: number;
}

@Shape('Something in a skill that may do harm.')
export class Threat {
  @Text({ description: 'Name of the rule.', example: 'pipe-to-shell' }) pattern!: string;
  @Text({ description: 'What kind of harm.', example: 'remote_execution' }) category!: string;
  @OneOf(SEVERITIES, docs.severity) severity!: Severity;
  @Text({ description: 'What it does.', example: 'Runs a script from the web.' }) description!: string;
  @Text({ description: 'The text that was found.', example: 'curl https://example.com/a.sh | sh' }) evidence!: string;
  @Text({ description: 'The file.', example: 'SKILL.md' }) file_path!: string;
  @Nullable() @Int({ description: 'The line.', example: 12 }) line_number!: number | null;
  @Text({ description: 'What to do.', example: 'Do not run it.' }) recommendation!: string;
}

class Counts {
  @Int(docs.count('critical')) critical_count!: number;
  @Int(docs.count('high')) high_count!: number;
  @Int(docs.count('medium')) medium_count!: number;
  @Int(docs.count('low')) low_count!: number;
}

@Shape('What a scan of a skill found.')
export class SecurityReport extends Counts {
  @Bool({ description: 'Whether nothing critical or high was found.', example: true }) safe!: boolean;
  @Bool({ description: 'Whether it may not be installed.', example: false }) blocked!: boolean;
  @List(() => Threat, { description: 'The worst ones first.' }) threats!: Threat[];
  @Text({ description: 'In a sentence.', example: 'No threats were found in 2 files.' }) summary!: string;
  @Num({ description: 'From 0 (harmless) to 100.', example: 0 }) risk_score!: number;
  @List('text', { length: 500, description: 'The files that were read.', example: ['SKILL.md'] }) scanned_files!: string[];
  @Text({ description: 'When.', example: '2026-06-21T00:00:00.000Z' }) scan_timestamp!: string;
}

@Shape('Searches ClawHub.')
export class SearchClawHub {
  @Text({ max: 200, description: 'Words. Nothing is found without any.', example: 'bees' }) q: string = '';
}

@Shape('A skill at ClawHub.')
export class ClawHubResult {
  @Text(docs.slug) slug!: string;
  @Text({ description: 'Its name for people.', example: 'Bee watcher' }) name!: string;
  @Text(docs.description) description!: string;
  @Text(docs.author) author!: string;
  @Text(docs.version) version!: string;
  @Int({ description: 'Number of downloads.', example: 12 }) downloads!: number;
  @Num({ description: 'How well it fits.', example: 0.9 }) score!: number;
}

@Shape('What ClawHub found.')
export class ClawHubResults {
  @List(() => ClawHubResult, { description: 'The best ones first.' }) results!: ClawHubResult[];
  @Optional() @Text({ description: 'Why nothing could be found.', example: 'ClawHub did not answer.' }) error?: string;
}

@Shape('Identifies a skill at ClawHub.')
export class ClawHubRef {
  @Text({ min: 1, max: 100, pattern: /^[A-Za-z0-9][A-Za-z0-9_-]*$/, ...docs.slug }) slug!: string;
}

@Shape('Identifies a version of a skill at ClawHub.')
export class ClawHubVersion extends ClawHubRef {
  @Optional()
  @Text({ max: 50, pattern: /^[A-Za-z0-9][A-Za-z0-9._+-]*$/, ...docs.version, description: 'Left out: the newest.' })
  version?: string;
}

@Shape('A skill at ClawHub, in detail.')
export class ClawHubSkill {
  @Text(docs.slug) slug!: string;
  @Text({ description: 'Its name for people.', example: 'Bee watcher' }) name!: string;
  @Text(docs.description) description!: string;
  @Text(docs.author) author!: string;
  @Text(docs.version) version!: string;
  @Text({ description: 'What changed in this version.', example: 'The first.' }) changelog!: string;
  @Int({ description: 'Number of stars.', example: 3 }) stars!: number;
  @Int({ description: 'Number of downloads.', example: 12 }) downloads!: number;
}

@Shape('Something in a skill that is made for one platform.')
export class PlatformIssue {
  @Text({ description: 'Name of the rule.', example: 'homebrew' }) pattern!: string;
  @Text({ description: 'What kind.', example: 'package_manager' }) category!: string;
  @OneOf(SEVERITIES, docs.severity) severity!: Severity;
  @Text({ description: 'What it needs.', example: 'Installs with Homebrew.' }) description!: string;
  @Text({ description: 'The platform.', example: 'darwin' }) source_platform!: string;
  @Text({ description: 'The file.', example: 'SKILL.md' }) file_path!: string;
}

@Shape('Whether a skill can be used here.')
export class Compatibility extends Counts {
  @Bool({ description: 'Whether nothing in it is made for another platform only.', example: true }) compatible!: boolean;
  @Text({ description: 'The platform of this installation.', example: 'linux' }) current_platform!: string;
  @List('text', { description: 'Platforms that it names.', example: ['darwin'] }) detected_platforms!: string[];
  @Nullable() @Text({ description: 'The platform that it names most.', example: 'darwin' }) primary_platform!: string | null;
  @List(() => PlatformIssue, { description: 'What was found.' }) issues!: PlatformIssue[];
  @Num({ description: 'How sure this is, from 0 to 1.', example: 0.9 }) confidence!: number;
  @Bool({ description: 'Whether Skep can rewrite it: always false.', example: false }) convertible!: boolean;
  @Text({ description: 'In a sentence.', example: 'Nothing in it is made for another platform.' }) summary!: string;
}

@Shape('Installs a skill of ClawHub.')
export class InstallSkill extends ClawHubVersion {
  @Bool({ description: 'Ignored: skills are not rewritten.' }) convert: boolean = false;
  @Bool({ description: 'Refused: a blocked skill is never installed.' }) force: boolean = false;
  @Bool({ description: 'Ignored: skills are not rewritten.' }) repair: boolean = false;
}

@Shape('What the scan of an installed skill found.')
export class InstalledSecurity {
  @Bool({ description: 'Whether nothing critical or high was found.', example: true }) safe!: boolean;
  @Num({ description: 'From 0 (harmless) to 100.', example: 0 }) risk_score!: number;
  @Int({ description: 'Number of threats.', example: 0 }) threat_count!: number;
  @Bool({ description: 'Always false.', example: false }) forced!: boolean;
}

@Shape('A skill that was installed.')
export class InstalledSkill extends SkillChanged {
  @Text(docs.name) name!: string;
  @Bool({ description: 'Always false.', example: false }) converted!: boolean;
  @Bool({ description: 'Always false.', example: false }) repaired!: boolean;
  @Nested(() => InstalledSecurity, { description: 'What its scan found.' }) security!: InstalledSecurity;
  @AnyJson({ description: 'Always null.', example: null }) repair_result!: null;
}

export const SkillNotFound = problem('skill_not_found', 404, 'Skill not found.');
export const SkillIsBundled = problem('skill_is_bundled', 400, 'Bundled skills cannot be uninstalled. Disable it instead.');
export const SkillForced = problem('skill_forced', 403, 'A skill cannot be installed against its scan.');
export const SkillBlocked = problem('skill_blocked', 422, 'The skill was not installed, because of what its scan found.');
export const ClawHubUnavailable = problem('clawhub_unavailable', 502, 'ClawHub did not answer as expected.');

const scope = 'agent:use';
const HUB = [ClawHubUnavailable, SkillNotFound, SkillBlocked, NotConfigured];

export const skillMembers = {
  listSkills: operation('List your skills', { scope, input: Empty, output: Skills }),
  listTools: operation('List the tools that are built in', {
    description: 'Those of installed apps come with the apps.',
    scope,
    input: Empty,
    output: BuiltinTools,
  }),
  getSkill: operation('Read a skill', { scope, input: SkillRef, output: SkillDetails, problems: [SkillNotFound] }),
  enableSkill: operation('Enable a skill', { scope, input: SkillRef, output: SkillChanged, problems: [SkillNotFound] }),
  disableSkill: operation('Disable a skill', { scope, input: SkillRef, output: SkillChanged, problems: [SkillNotFound] }),
  scanSkill: operation('Scan a skill', {
    description: 'Reads the installed files again.',
    scope,
    input: SkillRef,
    output: SecurityReport,
    problems: [SkillNotFound],
  }),
  removeSkill: operation('Uninstall a skill', { scope, input: SkillRef, output: SkillChanged, problems: [SkillNotFound, SkillIsBundled] }),
  reloadSkills: operation('Load your skills again', {
    description: 'Skills are always read as they are; this tells how many there are.',
    scope,
    input: Empty,
    output: SkillsReloaded,
  }),
  searchClawHub: operation('Search ClawHub for skills', { scope, input: SearchClawHub, output: ClawHubResults, spansCalls: true }),
  getClawHubSkill: operation('Read a skill of ClawHub', {
    scope,
    input: ClawHubRef,
    output: ClawHubSkill,
    problems: HUB,
    spansCalls: true,
  }),
  checkSkillCompatibility: operation('Check whether a skill of ClawHub can be used here', {
    scope,
    input: ClawHubVersion,
    output: Compatibility,
    problems: HUB,
    spansCalls: true,
  }),
  checkSkillSecurity: operation('Scan a skill of ClawHub', {
    description: 'Nothing is installed.',
    scope,
    input: ClawHubVersion,
    output: SecurityReport,
    problems: HUB,
    spansCalls: true,
  }),
  installSkill: operation('Install a skill of ClawHub', {
    description:
      'The bytes that were scanned are those that are installed. A skill with a critical threat is not. Its scripts run on paired devices only.',
    scope,
    input: InstallSkill,
    output: InstalledSkill,
    problems: [...HUB, SkillForced],
    spansCalls: true,
  }),
};
