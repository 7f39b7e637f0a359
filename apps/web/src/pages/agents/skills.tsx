import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { agentApi, type AgentShapes, dataOf } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { Button } from '../../ui/button.js';
import { ConfirmDialog } from '../../ui/confirm-dialog.js';
import { Dialog } from '../../ui/dialog.js';
import { Badge, Page, Row, Rows, Section } from '../../ui/layout.js';
import { Failure, Loading } from '../../ui/notice.js';
import { Said } from './chat/answer.js';
import { ClawHub } from './clawhub.js';
import { useChange } from './use-change.js';

type Skill = AgentShapes['Skill'];

/** What agents know how to do, and more of it to install. */
export function Skills() {
  const { data } = useSuspenseQuery({ queryKey: ['skills', 'list'], queryFn: () => dataOf(agentApi.GET('/api/skills')) });
  return (
    <Page title={m.skills.title} lead={m.skills.lead}>
      <Section title={m.skills.installed}>
        {data.skills.length ? (
          <Rows>
            {data.skills.map((skill) => (
              <SkillRow key={skill.name} skill={skill} />
            ))}
          </Rows>
        ) : (
          <p className="text-muted">{m.skills.none}</p>
        )}
      </Section>
      <ClawHub installed={data.skills.map(({ name }) => name)} />
    </Page>
  );
}

function SkillRow({
  skill: { name, emoji, description, version, author, enabled, eligible, eligibility_reason, source },
}: {
  skill: Skill;
}) {
  const [dialog, setDialog] = useState<'read' | 'remove'>();
  const close = () => setDialog(undefined);
  const options = { params: { path: { name } } };
  const toggle = useChange('skills', () =>
    dataOf<unknown>(enabled ? agentApi.POST('/api/skills/{name}/disable', options) : agentApi.POST('/api/skills/{name}/enable', options)),
  );
  const remove = useChange('skills', () => dataOf(agentApi.DELETE('/api/skills/{name}', options)));
  return (
    <Row
      actions={
        <>
          <Badge>{m.skills.source[source]}</Badge>
          <Button size="small" aria-label={`${m.skills.read}: ${name}`} onClick={() => setDialog('read')}>
            {m.skills.read}
          </Button>
          <Button
            size="small"
            busy={toggle.isPending}
            aria-label={`${enabled ? m.models.turnOff : m.models.turnOn}: ${name}`}
            onClick={() => toggle.mutate()}
          >
            {enabled ? m.models.turnOff : m.models.turnOn}
          </Button>
          {(source === 'clawhub' || source === 'user') && (
            <Button size="small" look="danger" aria-label={`${m.models.remove}: ${name}`} onClick={() => setDialog('remove')}>
              {m.models.remove}
            </Button>
          )}
        </>
      }
    >
      <p className={`font-medium ${enabled ? '' : 'text-muted'}`}>
        {emoji && <span aria-hidden="true">{emoji} </span>}
        {name}
      </p>
      <p className="text-sm text-muted">{description}</p>
      <p className="text-sm text-muted">{[version, author].filter(Boolean).join(' · ')}</p>
      {!eligible && eligibility_reason && <p className="text-sm text-danger">{eligibility_reason}</p>}
      {toggle.error && <p className="text-sm text-danger">{toggle.error.message}</p>}
      {dialog === 'read' && (
        <Dialog title={name} onClose={close}>
          <Body name={name} />
        </Dialog>
      )}
      {dialog === 'remove' && (
        <ConfirmDialog title={m.skills.removeTitle(name)} action={m.models.remove} onConfirm={() => remove.mutateAsync()} onClose={close}>
          {m.skills.removeLead}
        </ConfirmDialog>
      )}
    </Row>
  );
}

function Body({ name }: { name: string }) {
  const { data, error } = useQuery({
    queryKey: ['skills', 'one', name],
    queryFn: () => dataOf(agentApi.GET('/api/skills/{name}', { params: { path: { name } } })),
  });
  if (error) return <Failure error={error} />;
  if (!data) return <Loading />;
  return (
    <>
      <Said text={data.body} />
      {data.files.length > 0 && <p className="text-sm text-muted">{m.skills.files(data.files.join(', '))}</p>}
    </>
  );
}
