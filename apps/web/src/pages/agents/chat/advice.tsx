import { Link, type LinkProps } from '@tanstack/react-router';
import type { AgentShapes } from '../../../data/api.js';
import { m } from '../../../messages/index.js';
import { Button, buttonClass } from '../../../ui/button.js';

/** Where the cause of a failure can be removed, by its code. */
const PLACES: Readonly<Record<string, [to: LinkProps['to'], label: string]>> = {
  not_configured: ['/models', m.chat.toModels],
  model_budget_exceeded: ['/usage', m.chat.toUsage],
  budget_exceeded: ['/wallet', m.chat.toWallet],
  insufficient_credits: ['/wallet', m.chat.toCredits],
};

/** Why an answer failed, and what to do. */
export function Advice({ failure: { code, message }, onRetry }: { failure: AgentShapes['TurnFailed']; onRetry: (() => void) | undefined }) {
  const [to, label] = PLACES[code] ?? [];
  return (
    <div role="alert" className="grid justify-items-start gap-2 rounded-xl border border-line bg-danger-soft px-4 py-3 text-sm">
      <p className="font-medium text-danger">{m.chat.failures[code] ?? m.chat.failed}</p>
      {!m.chat.failures[code] && <p className="[overflow-wrap:anywhere]">{message}</p>}
      <div className="flex flex-wrap gap-2">
        {to && (
          <Link to={to} className={buttonClass({ size: 'small', look: 'primary' })}>
            {label}
          </Link>
        )}
        {onRetry && (
          <Button size="small" icon="again" onClick={onRetry}>
            {m.errors.retry}
          </Button>
        )}
      </div>
    </div>
  );
}
