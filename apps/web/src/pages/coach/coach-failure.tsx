import { ApiProblem } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { Notice } from '../../ui/notice.js';

/** Why the coach did not answer. Without a language model it says what to do. */
export function CoachFailure({ error }: { error: unknown }) {
  if (error instanceof ApiProblem && error.code === 'not_configured')
    return (
      <Notice>
        <p className="font-medium">{m.coach.noModel}</p>
        <p>{m.coach.noModelLead}</p>
      </Notice>
    );
  return <Notice kind="danger">{error instanceof Error ? error.message : m.errors.unexpected}</Notice>;
}
