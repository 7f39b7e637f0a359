import type { Shapes } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { Badge } from '../../ui/layout.js';

const TONES = { draft: 'plain', pending_review: 'accent', active: 'good', suspended: 'danger' } as const;

/** The status of an app, and whether its last submission was rejected. */
export const AppStatus = ({
  app: { status, reject_reason },
}: {
  app: Pick<Shapes['App'], 'status'> & { reject_reason?: string | null };
}) => (
  <span className="flex flex-wrap gap-1.5">
    <Badge tone={TONES[status as keyof typeof TONES] ?? 'plain'}>{m.dev.developers.status[status] ?? status}</Badge>
    {reject_reason && <Badge tone="danger">{m.dev.developers.rejected}</Badge>}
  </span>
);
