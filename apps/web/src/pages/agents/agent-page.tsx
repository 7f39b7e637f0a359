import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { agentApi, ApiProblem, dataOf } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { Button } from '../../ui/button.js';
import { ConfirmDialog } from '../../ui/confirm-dialog.js';
import type { Values } from '../../ui/form.js';
import { Page } from '../../ui/layout.js';
import { Notice } from '../../ui/notice.js';
import { AgentForm, valuesOf } from './agent-form.js';
import { agentsQuery } from './queries.js';

/** An id from a name: its letters and digits, with hyphens between. */
const toId = (name: string) =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60) || crypto.randomUUID();

export function NewAgent() {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const create = async (values: Values) => {
    const { name, ...rest } = valuesOf(values);
    const body = { id: toId(name), name, type: 'assistant', ...rest, default_provider_params: {} };
    await dataOf(agentApi.POST('/api/agents', { body })).catch((error: unknown) => {
      if (error instanceof ApiProblem && error.code === 'agent_exists')
        throw new ApiProblem(409, error.code, '', { name: m.agents.exists });
      throw error;
    });
    await queries.invalidateQueries({ queryKey: ['agents'] });
    await navigate({ to: '/agents' });
  };
  return (
    <Page title={m.agents.create} lead={m.agents.createLead}>
      <AgentForm action={m.agents.create} onSubmit={create} />
    </Page>
  );
}

export function AgentPage() {
  const { agentId } = useParams({ strict: false }) as { agentId: string };
  const { data: agents } = useSuspenseQuery(agentsQuery);
  const [saved, setSaved] = useState(false);
  const [asks, setAsks] = useState(false);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const agent = agents.find(({ id }) => id === agentId);
  if (!agent) throw new ApiProblem(404, 'not_found', m.errors.notFound);
  const options = { params: { path: { agent_id: agentId } } };
  const save = async (values: Values) => {
    setSaved(false);
    await dataOf(agentApi.PUT('/api/agents/{agent_id}', { ...options, body: valuesOf(values) }));
    await queries.invalidateQueries({ queryKey: ['agents'] });
    setSaved(true);
  };
  const remove = async () => {
    await dataOf(agentApi.DELETE('/api/agents/{agent_id}', options));
    await navigate({ to: '/agents' });
    await queries.invalidateQueries({ queryKey: ['agents'] });
  };
  const own = agent.source === 'user';
  return (
    <Page
      title={agent.name}
      lead={m.agents.sourceLead[agent.source]}
      actions={
        own && (
          <Button look="danger" onClick={() => setAsks(true)}>
            {m.agents.remove}
          </Button>
        )
      }
    >
      {agent.enforced && <Notice>{m.agents.enforced}</Notice>}
      {saved && <Notice kind="good">{m.agents.saved}</Notice>}
      <AgentForm key={agentId} agent={agent} action={m.agents.save} onSubmit={save} />
      {asks && (
        <ConfirmDialog title={m.agents.removeTitle(agent.name)} action={m.agents.remove} onConfirm={remove} onClose={() => setAsks(false)}>
          {m.agents.removeLead}
        </ConfirmDialog>
      )}
    </Page>
  );
}
