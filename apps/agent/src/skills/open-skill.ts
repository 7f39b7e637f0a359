import { type SecurityReport, SkillBlocked } from '@skep/contracts/agent';
import { reportOf, scanSkill } from './scan-skill.js';
import { ArchiveError, readArchive, type SkillFile } from './skill-archive.js';
import { readSkillDocument, type SkillDocument } from './skill-document.js';

/** A skill in memory. */
export interface OpenedSkill {
  archive: Buffer;
  files: SkillFile[];
  document: SkillDocument;
  /** The text of its SKILL.md. */
  text: string;
}

/** @throws Problem `skill_blocked` for an archive that cannot be read */
export async function openSkill(archive: Buffer): Promise<OpenedSkill> {
  try {
    const files = await readArchive(archive);
    const text = files.find(({ path }) => path === 'SKILL.md')?.bytes.toString();
    if (text === undefined) throw new ArchiveError('format', '', 'The archive has no SKILL.md.');
    return { archive, files, text, document: readDocument(text) };
  } catch (error) {
    if (error instanceof ArchiveError) throw blocked(reportOf(error));
    throw error;
  }
}

/** What its scan finds. @throws Problem `skill_blocked` */
export function assertHarmless({ files }: OpenedSkill): SecurityReport {
  const report = scanSkill(files);
  if (report.blocked) throw blocked(report);
  return report;
}

function readDocument(text: string): SkillDocument {
  try {
    return readSkillDocument(text);
  } catch (error) {
    throw new ArchiveError(
      'format',
      'SKILL.md',
      error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'SKILL.md cannot be read.',
    );
  }
}

const blocked = (security_report: SecurityReport) =>
  SkillBlocked({ message: `The skill was not installed. ${security_report.summary}`, security_report });
