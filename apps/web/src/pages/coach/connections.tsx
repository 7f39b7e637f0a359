import type { CoachShapes } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { formatAgo, toWords } from '../../ui/format.js';
import { Badge, Row, Rows, Section } from '../../ui/layout.js';

const TONES = { filling: 'accent', filled: 'good', failed: 'danger' } as const;

/** Where the data of the person comes from, if they have connected anything. */
export const Connections = ({ connections }: { connections: CoachShapes['HomeConnection'][] }) =>
  connections.length > 0 && (
    <Section title={m.coach.connections}>
      <Rows>
        {connections.map(({ provider, data, connected_at }) => (
          <Row key={provider} actions={<Badge tone={TONES[data]}>{m.coach.data[data]}</Badge>}>
            <p className="font-medium">{toWords(provider)}</p>
            <p className="text-sm text-muted">{m.coach.connected(formatAgo(connected_at))}</p>
          </Row>
        ))}
      </Rows>
    </Section>
  );
