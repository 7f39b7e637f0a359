import { useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { m } from '../../messages/index.js';
import { buttonClass } from '../../ui/button.js';
import { Badge, Page, Row, Rows } from '../../ui/layout.js';
import { agentsQuery } from './queries.js';

export function Agents() {
  const { data: agents } = useSuspenseQuery(agentsQuery);
  return (
    <Page
      title={m.agents.title}
      lead={m.agents.lead}
      actions={
        <Link to="/agents/new" className={buttonClass({ look: 'primary' })}>
          {m.agents.create}
        </Link>
      }
    >
      <Rows>
        {agents.map(({ id, name, model, provider, system_prompt, enabled, source, enforced }) => (
          <Row
            key={id}
            actions={
              <>
                {!enabled && <Badge>{m.agents.off}</Badge>}
                {source !== 'user' && <Badge tone="accent">{m.agents.source[source]}</Badge>}
                <Link
                  to="/agents/$agentId"
                  params={{ agentId: id }}
                  className={buttonClass({ size: 'small' })}
                  aria-label={`${enforced ? m.agents.view : m.agents.edit}: ${name}`}
                >
                  {enforced ? m.agents.view : m.agents.edit}
                </Link>
              </>
            }
          >
            <p className="font-medium">{name}</p>
            <p className="text-sm text-muted">{[provider, model].filter(Boolean).join(' · ') || m.agents.defaultModel}</p>
            {system_prompt && <p className="line-clamp-2 text-sm text-muted">{system_prompt}</p>}
          </Row>
        ))}
      </Rows>
    </Page>
  );
}
