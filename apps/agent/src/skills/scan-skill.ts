import { SEVERITIES, type SecurityReport, type Severity, type Threat } from '@skep/contracts/agent';
import type { ArchiveError, SkillFile } from './skill-archive.js';
import { THREAT_RULES } from './threat-rules.js';

const WEIGHTS: Readonly<Record<Severity, number>> = { critical: 50, high: 20, medium: 7, low: 2 };
const EVIDENCE_MAX = 200;
const THREATS_MAX = 200;
/** A longer line is read in parts, so that no rule has to look far. */
const LINE_MAX = 1_000;

/** Looks for what may do harm in all files of a skill: a scan finds what it knows, so scripts run on paired devices only, after a question. */
export function scanSkill(files: readonly SkillFile[], now = new Date()): SecurityReport {
  const threats = files.flatMap((file) => (isText(file.bytes) ? scanText(file) : [binary(file)]));
  return toReport(
    threats,
    files.map(({ path }) => path),
    now,
  );
}

/** The report for an archive that could not be read. */
export const reportOf = ({ fault, path, message }: ArchiveError, now = new Date()): SecurityReport => {
  const threat: Threat = {
    ...{ pattern: `archive-${fault}`, category: fault === 'path' || fault === 'link' ? 'privilege_escalation' : 'obfuscation' },
    ...{
      severity: 'critical',
      description: message,
      evidence: path,
      file_path: path,
      line_number: null,
      recommendation: 'Do not unpack it.',
    },
  };
  return toReport([threat], [], now);
};

export const countsOf = (found: readonly { severity: Severity }[]) => {
  const count = (severity: Severity) => found.filter((each) => each.severity === severity).length;
  return { critical_count: count('critical'), high_count: count('high'), medium_count: count('medium'), low_count: count('low') };
};

function toReport(found: readonly Threat[], scanned_files: string[], now: Date): SecurityReport {
  const threats = found.toSorted((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity)).slice(0, THREATS_MAX);
  const counts = countsOf(threats);
  const blocked = counts.critical_count > 0;
  const files = `${scanned_files.length} ${scanned_files.length === 1 ? 'file' : 'files'}`;
  return {
    ...{ threats, ...counts, scanned_files, blocked, safe: !blocked && counts.high_count === 0 },
    summary: threats.length
      ? `${threats.length} possible threats, ${counts.critical_count} of them critical, in ${files}.`
      : `No threats were found in ${files}.`,
    risk_score: Math.min(
      100,
      threats.reduce((sum, { severity }) => sum + WEIGHTS[severity], 0),
    ),
    scan_timestamp: now.toISOString(),
  };
}

function scanText({ path, bytes }: SkillFile): Threat[] {
  return linesOf(bytes.toString()).flatMap(({ text, line_number }) =>
    THREAT_RULES.flatMap(({ expression, ...rule }) => {
      const found = expression.exec(text);
      return found ? [{ ...rule, evidence: evidenceAt(text, found.index), file_path: path, line_number }] : [];
    }),
  );
}

/** Lines with those that continue them, as a shell reads them. */
function linesOf(content: string): { text: string; line_number: number }[] {
  const lines: { text: string; line_number: number }[] = [];
  let continued: { text: string; line_number: number } | undefined;
  for (const [n, line] of content.normalize('NFKC').split(/\r?\n/).entries()) {
    const whole: { text: string; line_number: number } = continued
      ? { ...continued, text: `${continued.text} ${line}` }
      : { text: line, line_number: n + 1 };
    continued = /(?:\\|\||&&)\s*$/.test(whole.text) ? { ...whole, text: whole.text.replace(/\\\s*$/, '') } : undefined;
    if (!continued || whole.text.length > LINE_MAX) lines.push(...inParts(whole));
    if (whole.text.length > LINE_MAX) continued = undefined;
  }
  return continued ? [...lines, ...inParts(continued)] : lines;
}

const inParts = ({ text, line_number }: { text: string; line_number: number }) =>
  Array.from({ length: Math.max(1, Math.ceil(text.length / LINE_MAX)) }, (_, n) => ({
    text: text.slice(Math.max(0, n * LINE_MAX - EVIDENCE_MAX), (n + 1) * LINE_MAX),
    line_number,
  }));

const evidenceAt = (text: string, at: number): string => text.slice(Math.max(0, at - 20), Math.max(0, at - 20) + EVIDENCE_MAX).trim();

const isText = (bytes: Buffer): boolean => !bytes.includes(0);

const binary = ({ path }: SkillFile): Threat => ({
  ...{ pattern: 'binary-file', category: 'obfuscation', severity: 'high', description: 'Has a file that cannot be read as text.' },
  ...{ evidence: path, file_path: path, line_number: null, recommendation: 'Ask its author for the source.' },
});
