import { useSuspenseQueries } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Shapes } from '../../data/api.js';
import { confirmationsQuery, extensionsQuery } from '../../data/queries.js';
import { useMe } from '../../data/session.js';
import { m } from '../../messages/index.js';
import { APP_CARD, AppIcon } from '../../ui/app-icon.js';
import { buttonClass } from '../../ui/button.js';
import { formatAgo, toWords } from '../../ui/format.js';
import { Badge, Page, Row, Rows, Section } from '../../ui/layout.js';
import { Empty } from '../../ui/notice.js';

export function Home() {
  const { email, attributes } = useMe();
  const [{ data: extensions }, { data: waiting }] = useSuspenseQueries({ queries: [extensionsQuery, confirmationsQuery] });
  const own = extensions.filter(({ system }) => !system);
  const builtIn = extensions.filter(({ system }) => system);
  const first = attributes['first_name'];
  return (
    <Page title={m.home.title(typeof first === 'string' && first ? first : (email.split('@')[0] ?? email))} lead={m.home.lead}>
      {waiting.total > 0 && (
        <Section title={m.home.waiting}>
          <Rows>
            {waiting.confirmations.slice(0, 3).map((confirmation) => (
              <Row
                key={confirmation.confirmation_id}
                actions={
                  <Link
                    to="/confirmations/$confirmationId"
                    params={{ confirmationId: confirmation.confirmation_id }}
                    className={buttonClass({ look: 'primary', size: 'small' })}
                  >
                    {m.home.review}
                  </Link>
                }
              >
                <p className="font-medium">{m.confirmations.runs(toWords(confirmation.function), confirmation.app_id)}</p>
                <p className="text-sm text-muted">
                  {m.confirmations.does[confirmation.action_type]} · {formatAgo(confirmation.created_at)}
                </p>
              </Row>
            ))}
          </Rows>
        </Section>
      )}
      <Section title={m.home.apps}>
        {own.length ? (
          <Apps apps={own} />
        ) : (
          <Empty icon="store" title={m.home.none}>
            <p>{m.home.noneLead}</p>
            <p className="mt-4">
              <Link to="/marketplace" className={buttonClass({ look: 'primary' })}>
                {m.home.find}
              </Link>
            </p>
          </Empty>
        )}
      </Section>
      {builtIn.length > 0 && (
        <Section title={m.home.builtIn}>
          <Apps apps={builtIn} />
        </Section>
      )}
    </Page>
  );
}

const Apps = ({ apps }: { apps: Shapes['MyExtension'][] }) => (
  <ul className="grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
    {apps.map((app) => (
      <li key={app.app_id} className="min-w-0">
        <Link to="/apps/$appId" params={{ appId: app.app_id }} className={APP_CARD}>
          <AppIcon icon={app.icon} name={app.name} />
          <span className="min-w-0 flex-1">
            <span className="block truncate font-medium">{app.name}</span>
            <span className="line-clamp-2 text-sm text-muted [overflow-wrap:anywhere]">{app.description}</span>
            <span className="mt-1.5 flex flex-wrap gap-1.5 empty:hidden">
              {app.is_disabled && <Badge>{m.home.off}</Badge>}
              {app.is_suspended && <Badge tone="danger">{m.home.suspended}</Badge>}
              {app.consent_needed && <Badge tone="accent">{m.home.consent}</Badge>}
            </span>
          </span>
        </Link>
      </li>
    ))}
  </ul>
);
