import type { Command } from '../cli/commands.ts';
import { checkDatabases } from '../doctor/check-databases.ts';
import { checkFolder } from '../doctor/check-folder.ts';
import { checkServices } from '../doctor/check-services.ts';
import type { Finding } from '../doctor/finding.ts';
import { messageOf } from '../setup/fault.mjs';
import { readStatus } from './status.ts';

const LEVELS = ['fault', 'warning', 'note'] as const;

export const commands: Command[] = [
  {
    usage: 'doctor [--json]',
    summary: 'Finds what is wrong with this installation, and says what to do; fails if there is a fault',
    example: 'doctor',
    async run() {
      const folder = await checkFolder();
      // Without what runs, its databases are not there either.
      const findings = folder.some(({ area, level }) => area === 'installation' && level === 'fault')
        ? folder
        : [...folder, ...(await checkRunning())];
      findings.sort((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level));
      const counts = Object.fromEntries(LEVELS.map((level) => [level, findings.filter((one) => one.level === level).length]));
      return { data: { healthy: !counts.fault, findings }, text: textOf(findings), code: counts.fault ? 1 : 0 };
    },
  },
];

async function checkRunning(): Promise<Finding[]> {
  const [services, databases] = await Promise.all([
    readStatus().then(checkServices, (error: unknown): Finding[] => [
      { level: 'fault', area: 'services', what: 'The services could not be asked.', todo: messageOf(error) },
    ]),
    checkDatabases(),
  ]);
  return [...services, ...databases];
}

function textOf(findings: Finding[]): string {
  if (!findings.length) return 'Nothing is wrong.';
  return findings.map(({ level, what, todo }) => `${level.toUpperCase().padEnd(9)}${what}\n         ${todo}`).join('\n\n');
}
