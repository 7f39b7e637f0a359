import { type StructuredPatchHunk, structuredPatch } from 'diff';
import { useMemo } from 'react';
import type { Files } from '../data/release-files.js';
import { m } from '../messages/index.js';
import { Button } from './button.js';

/** Longer changes are folded at first. */
const FOLDED_LINES = 400;
/** More edits than this are shown as a whole other file: looking for less would take seconds. */
const MAX_EDITS = 20_000;

interface Change {
  file: string;
  hunks: StructuredPatchHunk[];
  added: number;
  removed: number;
}

const count = (hunks: StructuredPatchHunk[], mark: string) => hunks.flatMap(({ lines }) => lines).filter((line) => line[0] === mark).length;

function changesOf(before: Files, after: Files): Change[] {
  return [...new Set([...Object.keys(after), ...Object.keys(before)])].flatMap((file) => {
    const [old = '', text = ''] = [before[file], after[file]];
    if (old === text) return [];
    const hunks = (structuredPatch(file, file, old, text, '', '', { context: 3, maxEditLength: MAX_EDITS }) ?? wholeOf(old, text)).hunks;
    return [{ file, hunks, added: count(hunks, '+'), removed: count(hunks, '-') }];
  });
}

/** A change of all lines. */
function wholeOf(old: string, text: string): { hunks: StructuredPatchHunk[] } {
  const [oldLines, newLines] = [old.split('\n'), text.split('\n')];
  const lines = [...oldLines.map((line) => `-${line}`), ...newLines.map((line) => `+${line}`)];
  return { hunks: [{ oldStart: 1, oldLines: oldLines.length, newStart: 1, newLines: newLines.length, lines }] };
}

interface FilesDiffProps {
  before: Files;
  after: Files;
  /** Offers each part of a change as a quotation. */
  onQuote?: (text: string) => void;
}

/** What changed in each file, line by line. Everything in it is text. */
export function FilesDiff({ before, after, onQuote }: FilesDiffProps) {
  const changes = useMemo(() => changesOf(before, after), [before, after]);
  if (!changes.length) return <p className="text-sm text-muted">{m.dev.releases.same}</p>;
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
      {changes.map(({ file, hunks, added, removed }) => (
        <details key={file} open={added + removed <= FOLDED_LINES} className="rounded-xl border border-line bg-surface shadow-card">
          <summary className="rounded-xl px-4 py-3 text-sm [overflow-wrap:anywhere]">
            <span className="font-mono font-medium">{file}</span>{' '}
            <span className="text-muted">
              {m.dev.releases.added(added)}, {m.dev.releases.removed(removed)}
            </span>
          </summary>
          {hunks.map((hunk) => (
            <Hunk key={`${hunk.oldStart} ${hunk.newStart}`} file={file} hunk={hunk} onQuote={onQuote} />
          ))}
        </details>
      ))}
    </div>
  );
}

const LOOKS = {
  '+': { className: 'bg-good-soft', says: m.dev.releases.plus },
  '-': { className: 'bg-danger-soft', says: m.dev.releases.minus },
  ' ': { className: '', says: '' },
} as const;

function Hunk({ file, hunk, onQuote }: { file: string; hunk: StructuredPatchHunk; onQuote: FilesDiffProps['onQuote'] }) {
  const quote = () => {
    const changed = hunk.lines.filter((line) => line[0] !== ' ').slice(0, 12);
    onQuote?.(`${file}:${hunk.newStart}\n${changed.map((line) => line.slice(0, 200)).join('\n')}`);
  };
  return (
    <div className="border-t border-line">
      <div className="flex items-center justify-between gap-3 bg-sunken px-4 py-1 text-xs text-muted">
        <span className="font-mono">
          {hunk.oldStart} → {hunk.newStart}
        </span>
        {onQuote && (
          <Button size="small" look="quiet" onClick={quote} aria-label={`${m.review.decision.quote}: ${file}:${hunk.newStart}`}>
            {m.review.decision.quote}
          </Button>
        )}
      </div>
      <pre className="font-mono text-xs leading-relaxed whitespace-pre-wrap [overflow-wrap:anywhere]">
        {hunk.lines.map((line, index) => {
          const { className, says } = LOOKS[line[0] as keyof typeof LOOKS] ?? LOOKS[' '];
          return (
            <span key={index} className={`flex gap-2 px-4 ${className}`}>
              <span aria-hidden="true" className="text-muted select-none">
                {line[0]}
              </span>
              <span className="min-w-0">
                {says && <span className="sr-only">{says}</span>}
                {line.slice(1) || ' '}
              </span>
            </span>
          );
        })}
      </pre>
    </div>
  );
}
