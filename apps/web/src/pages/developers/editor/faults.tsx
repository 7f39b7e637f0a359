import { m } from '../../../messages/index.js';
import { Spinner } from '../../../ui/button.js';
import { Icon } from '../../../ui/icon.js';
import { Failure } from '../../../ui/notice.js';
import type { Fault } from './places.js';
import type { Check } from './use-check.js';

/** What the check found: each entry leads to its line. */
export function Faults({ check, onOpen }: { check: Check; onOpen: (fault: Fault) => void }) {
  const { faults, permissions, isChecking, error } = check;
  const warnings = faults.filter(({ isWarning }) => isWarning).length;
  const count = faults.length - warnings;
  const summary = [count > 0 && m.dev.editor.faults(count), warnings > 0 && m.dev.editor.warnings(warnings)].filter(Boolean).join(', ');
  if (error) return <Failure error={error} />;
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-2 text-sm">
      <p role="status" className="flex items-center gap-2">
        {isChecking ? <Spinner /> : <Icon name={count ? 'close' : 'check'} className={`size-4 ${count ? 'text-danger' : 'text-good'}`} />}
        {isChecking ? m.dev.editor.checking : summary || m.dev.editor.good}
      </p>
      {faults.length > 0 && (
        <ul className="grid gap-1">
          {faults.map((fault, index) => (
            <li key={index} className="flex flex-wrap items-baseline gap-x-2 [overflow-wrap:anywhere]">
              <button
                type="button"
                onClick={() => onOpen(fault)}
                className={`text-left underline underline-offset-4 ${fault.isWarning ? 'text-ink' : 'text-danger'}`}
              >
                {m.dev.editor.at(fault.file, fault.line)}
              </button>
              <span className="min-w-0">{fault.message}</span>
              {fault.docs?.startsWith('/docs/') && (
                <a href={fault.docs} target="_blank" rel="noreferrer" className="text-accent underline underline-offset-4">
                  {m.dev.editor.explain}
                  <span className="sr-only">: {fault.message}</span>
                </a>
              )}
            </li>
          ))}
        </ul>
      )}
      {permissions && !count && (
        <p className="text-muted">
          {permissions.length
            ? `${m.dev.editor.asks}: ${permissions.map(({ id, description }) => description || id).join(' ')}`
            : m.dev.editor.asksNothing}
        </p>
      )}
    </div>
  );
}
