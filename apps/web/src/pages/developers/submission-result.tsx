import type { Shapes } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { Icon } from '../../ui/icon.js';
import { Notice } from '../../ui/notice.js';

/** The checks of a submission, those that failed first. */
export const Checks = ({ checks }: { checks: Shapes['SubmissionCheck'][] }) => (
  <ul className="grid gap-1.5 text-sm">
    {[...checks]
      .sort((a, b) => Number(a.passed) - Number(b.passed))
      .map(({ name, passed, message }) => (
        <li key={name} className="flex items-start gap-2">
          <Icon name={passed ? 'check' : 'close'} className={`mt-0.5 size-4 ${passed ? 'text-good' : 'text-danger'}`} />
          <span className="min-w-0 [overflow-wrap:anywhere]">
            <span className="sr-only">{passed ? m.dev.app.passed : m.dev.app.failed}: </span>
            {passed ? name.replaceAll('_', ' ') : message}
          </span>
        </li>
      ))}
  </ul>
);

/** Whether an app was submitted, and what keeps it from that. */
export function SubmissionResult({ receipt: { status, checks } }: { receipt: Shapes['SubmitReceipt'] }) {
  if (status === 'pending_review') return <Notice kind="good">{m.dev.app.submitted}</Notice>;
  return (
    <Notice kind="danger">
      <p className="mb-2 font-medium">{m.dev.app.notSubmitted}</p>
      <Checks checks={checks.filter(({ passed }) => !passed)} />
    </Notice>
  );
}
