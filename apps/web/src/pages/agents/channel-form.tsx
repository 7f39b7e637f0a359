import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { agentApi, type AgentShapes, dataOf } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { Form, TextField, type Values } from '../../ui/form.js';
import { toWords } from '../../ui/format.js';
import { Checkbox, Select, TextArea } from '../../ui/fields.js';
import { agentsQuery } from './queries.js';
import { useChange } from './use-change.js';

type Policy = AgentShapes['Bridge']['dm_policy'];

const POLICIES: readonly Policy[] = ['pairing', 'allowlist', 'open'];
/** What each network asks of a bot, by its names; the optional ones last. */
const CREDENTIALS: Readonly<Record<string, { required: readonly string[]; optional: readonly string[] }>> = {
  telegram: { required: ['token'], optional: [] },
  whatsapp: { required: ['access_token', 'phone_number_id', 'app_secret', 'verify_token'], optional: [] },
  slack: { required: ['bot_token'], optional: ['app_token', 'signing_secret'] },
  discord: { required: ['bot_token'], optional: ['public_key'] },
  web: { required: ['allowed_origins'], optional: [] },
};
const PUBLIC = ['phone_number_id', 'allowed_origins', 'public_key'];

/** Sets a channel up, or changes it. Credentials that are left empty stay. */
export function ChannelForm({ channel, bridge }: { channel: string; bridge: AgentShapes['Bridge'] | null | undefined }) {
  const [saved, setSaved] = useState(false);
  const { data: agents = [] } = useQuery(agentsQuery);
  const { required, optional } = CREDENTIALS[channel] ?? { required: [], optional: [] };
  const save = useChange('channels', (values: Values) => {
    const given = [...required, ...optional].filter((name) => values[name]);
    return dataOf(
      agentApi.PUT('/api/channels/{channel}', {
        params: { path: { channel } },
        body: {
          ...(given.length > 0 && { credentials: Object.fromEntries(given.map((name) => [name, values[name]])) }),
          dm_policy: (values['dm_policy'] ?? 'pairing') as Policy,
          allow: (values['allow'] ?? '').split('\n').flatMap((line) => line.trim() || []),
          mention_required: values['mention_required'] === 'on',
          agent_id: values['agent_id'] ?? '',
          enabled: values['enabled'] === 'on',
        },
      }),
    );
  });
  const submit = async (values: Values) => {
    setSaved(false);
    await save.mutateAsync(values);
    setSaved(true);
  };
  return (
    <Form
      onSubmit={submit}
      action={bridge ? m.channels.save : m.channels.connect}
      beside={saved && <span role="status">{m.channels.saved}</span>}
    >
      {[...required, ...optional].map((name) => {
        const isSet = bridge?.credentials.includes(name) ?? false;
        return (
          <TextField
            key={name}
            name={name}
            label={toWords(name)}
            hint={isSet ? m.channels.isSet : undefined}
            type={PUBLIC.includes(name) ? 'text' : 'password'}
            autoComplete="off"
            required={required.includes(name) && !isSet}
            maxLength={4000}
          />
        );
      })}
      <Select
        name="dm_policy"
        label={m.channels.policy}
        options={POLICIES.map((one) => [one, m.channels.policies[one]])}
        defaultValue={bridge?.dm_policy ?? (channel === 'web' ? 'open' : 'pairing')}
      />
      <Select
        name="agent_id"
        label={m.channels.agent}
        options={[['', m.channels.defaultAgent], ...agents.map(({ id, name }) => [id, name] as const)]}
        defaultValue={bridge?.agent_id ?? ''}
      />
      <TextArea name="allow" label={m.channels.allow} hint={m.channels.allowHint} defaultValue={bridge?.allow.join('\n') ?? ''} rows={3} />
      <Checkbox name="mention_required" label={m.channels.mention} defaultChecked={bridge?.mention_required ?? true} />
      <Checkbox name="enabled" label={m.channels.enabled} defaultChecked={bridge?.enabled ?? true} />
    </Form>
  );
}
