import type { Compatibility, PlatformIssue } from '@skep/contracts/agent';
import { countsOf } from './scan-skill.js';
import type { SkillFile } from './skill-archive.js';
import type { SkillDocument } from './skill-document.js';

type Rule = Omit<PlatformIssue, 'file_path'> & { expression: RegExp };

const rule = (
  pattern: string,
  category: string,
  severity: PlatformIssue['severity'],
  source_platform: string,
  description: string,
  expression: RegExp,
): Rule => ({
  ...{ pattern, category, severity, source_platform, description, expression },
});

/** What only one platform has. */
const RULES: readonly Rule[] = [
  rule('homebrew', 'package_manager', 'medium', 'darwin', 'Installs with Homebrew.', /\bbrew\s+(?:install|tap|upgrade)\b/i),
  rule('applescript', 'program', 'high', 'darwin', 'Runs AppleScript.', /\bosascript\b|tell application "/i),
  rule(
    'macos-programs',
    'program',
    'high',
    'darwin',
    'Uses programs of macOS.',
    /\b(?:pbcopy|pbpaste|launchctl|defaults write|mdfind|screencapture|open -a)\b/i,
  ),
  rule('macos-paths', 'path', 'medium', 'darwin', 'Names folders of macOS.', /~\/Library\/|\/Applications\/\S+\.app/),
  rule('apt', 'package_manager', 'low', 'linux', 'Installs with apt.', /\bapt(?:-get)?\s+install\b/i),
  rule('systemd', 'program', 'low', 'linux', 'Uses systemd.', /\bsystemctl\b|\bjournalctl\b/i),
  rule('powershell', 'program', 'high', 'win32', 'Runs PowerShell.', /\bpowershell(?:\.exe)?\b|\b(?:Get|Set|New|Invoke)-[A-Z]\w+/),
  rule(
    'windows-paths',
    'path',
    'medium',
    'win32',
    'Names folders of Windows.',
    /\b[A-Z]:\\(?:Users|Program Files|Windows)\b|%(?:APPDATA|USERPROFILE)%/i,
  ),
  rule(
    'winget',
    'package_manager',
    'medium',
    'win32',
    'Installs with winget, Chocolatey or Scoop.',
    /\b(?:winget|choco|scoop)\s+install\b/i,
  ),
];

/** Whether a skill names what other platforms lack. @param document what its SKILL.md says */
export function checkCompatibility(
  files: readonly SkillFile[],
  document: SkillDocument,
  current: string = process.platform,
): Compatibility {
  const found = files.flatMap(({ path, bytes }) =>
    RULES.filter(({ expression }) => expression.test(bytes.toString())).map(({ expression: _, ...issue }) => ({
      ...issue,
      file_path: path,
    })),
  );
  const declared = document.requirements.platform.map((name) => (name === 'macos' ? 'darwin' : name === 'windows' ? 'win32' : name));
  const issues = found.filter(({ source_platform }) => source_platform !== current);
  const counts = countsOf(issues);
  const platforms = [...declared, ...found.map(({ source_platform }) => source_platform)];
  const detected_platforms = [...new Set(platforms)];
  const byCount = detected_platforms.toSorted((a, b) => countIn(platforms, b) - countIn(platforms, a));
  const isDeclared = declared.length === 0 || declared.includes(current);
  const compatible = isDeclared && counts.critical_count + counts.high_count === 0;
  return {
    ...{ compatible, current_platform: current, detected_platforms, primary_platform: byCount[0] ?? null, issues, ...counts },
    ...{ confidence: declared.length ? 1 : issues.length ? 0.8 : 0.9, convertible: false },
    summary: compatible
      ? 'Nothing in it needs another platform.'
      : `It is made for ${byCount.join(', ')}. A paired device with that platform can run its scripts.`,
  };
}

const countIn = (list: readonly string[], item: string): number => list.filter((each) => each === item).length;
