import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { agentApi, type AgentShapes, dataOf } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { Form, TextField, type Values } from '../../ui/form.js';
import { Card } from '../../ui/layout.js';
import { Checkbox, Select, TextArea } from '../../ui/fields.js';
import { providersQuery } from './queries.js';

const numberOf = (text: string | undefined) => (text ? Number(text) : null);
const linesOf = (text: string | undefined) => (text ?? '').split('\n').flatMap((line) => line.trim() || []);

/** What the form says of an agent. An empty field is what the provider, or Skep, does by itself. */
export const valuesOf = (values: Values) => ({
  name: values['name'] ?? '',
  enabled: values['enabled'] === 'on',
  system_prompt: values['system_prompt'] || null,
  provider: values['provider'] || null,
  model: values['model'] || null,
  temperature: numberOf(values['temperature']),
  max_tokens: numberOf(values['max_tokens']),
  max_tool_iterations: numberOf(values['max_tool_iterations']),
  approved_tools: linesOf(values['approved_tools']),
});

interface AgentFormProps {
  agent?: AgentShapes['AgentInfo'];
  action: string;
  onSubmit: (values: Values) => Promise<unknown>;
}

export function AgentForm({ agent, action, onSubmit }: AgentFormProps) {
  const text = (value: number | null | undefined) => (value === null || value === undefined ? '' : String(value));
  return (
    <Card>
      <fieldset disabled={agent?.enforced}>
        <Form onSubmit={onSubmit} action={action}>
          <TextField name="name" label={m.agents.name} defaultValue={agent?.name} required maxLength={255} />
          <TextArea
            name="system_prompt"
            label={m.agents.instructions}
            hint={m.agents.instructionsHint}
            defaultValue={agent?.system_prompt ?? ''}
            placeholder={m.agents.instructionsPlaceholder}
            rows={8}
            maxLength={50_000}
          />
          <Model provider={agent?.provider ?? ''} model={agent?.model ?? ''} />
          <Checkbox name="enabled" label={m.agents.enabled} hint={m.agents.enabledHint} defaultChecked={agent?.enabled ?? true} />
          <details className="text-sm">
            <summary className="rounded font-medium">{m.agents.more}</summary>
            <div className="mt-4 grid grid-cols-[minmax(0,1fr)] gap-4">
              <TextField
                {...{ name: 'max_tokens', label: m.agents.maxTokens, hint: m.agents.maxTokensHint, type: 'number', min: 1, max: 200_000 }}
                defaultValue={text(agent?.max_tokens)}
              />
              <TextField
                {...{
                  name: 'max_tool_iterations',
                  label: m.agents.maxTools,
                  hint: m.agents.maxToolsHint,
                  type: 'number',
                  min: 0,
                  max: 100,
                }}
                defaultValue={text(agent?.max_tool_iterations)}
              />
              <TextField
                {...{
                  name: 'temperature',
                  label: m.agents.temperature,
                  hint: m.agents.temperatureHint,
                  type: 'number',
                  min: 0,
                  max: 2,
                  step: 0.1,
                }}
                defaultValue={text(agent?.temperature)}
              />
              <TextArea
                name="approved_tools"
                label={m.agents.approved}
                hint={m.agents.approvedHint}
                defaultValue={agent?.approved_tools.join('\n') ?? ''}
                rows={3}
              />
            </div>
          </details>
        </Form>
      </fieldset>
    </Card>
  );
}

/** The provider, and one of its models: by name, because not every provider lists them. */
function Model({ provider, model }: { provider: string; model: string }) {
  const [chosen, setChosen] = useState(provider);
  const { data } = useSuspenseQuery(providersQuery);
  const { data: listed } = useQuery({
    queryKey: ['providers', chosen, 'models'],
    queryFn: () => dataOf(agentApi.GET('/api/config/providers/{name}/models', { params: { path: { name: chosen } } })),
    enabled: chosen !== '',
  });
  const usable = data.providers.filter(({ has_key, local, enabled, name }) => (enabled && (has_key || local)) || name === provider);
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Select
        name="provider"
        label={m.agents.provider}
        options={[['', m.agents.defaultProvider], ...usable.map(({ name, display_name }) => [name, display_name] as const)]}
        defaultValue={provider}
        onChange={setChosen}
      />
      <TextField
        name="model"
        label={m.agents.model}
        placeholder={m.agents.modelPlaceholder}
        defaultValue={model}
        maxLength={200}
        list="models"
        autoComplete="off"
      />
      <datalist id="models">
        {listed?.models.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </div>
  );
}
