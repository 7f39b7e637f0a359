import { Link } from '@tanstack/react-router';
import { m } from '../messages/index.js';
import { buttonClass } from './button.js';

/** Opens the trace of a row. @param of the row, for screen readers */
export const TraceLink = ({ id, of }: { id: string; of: string }) => (
  <Link to="/trace/$id" params={{ id }} className={buttonClass({ size: 'small', look: 'quiet' })} aria-label={m.trace.linkOf(of)}>
    {m.trace.link}
  </Link>
);
