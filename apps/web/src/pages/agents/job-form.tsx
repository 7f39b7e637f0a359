import { useState } from 'react';
import type { AgentShapes } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { Form, TextField, type Values } from '../../ui/form.js';
import { Select, TextArea } from '../../ui/fields.js';

type Kind = AgentShapes['CronJob']['schedule_kind'];

const KINDS: readonly Kind[] = ['at', 'every', 'cron'];
const MISSED = ['last', 'skip', 'all'] as const;

const here = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

export const bodyOf = (values: Values) => ({
  name: values['name'] ?? '',
  task: values['task'] ?? '',
  schedule_kind: (values['schedule_kind'] ?? 'at') as Kind,
  schedule_value: values['schedule_value'] ?? '',
  timezone: values['timezone'] || here(),
  missed: (values['missed'] ?? 'last') as (typeof MISSED)[number],
});

interface JobFormProps {
  job?: AgentShapes['CronJob'];
  action: string;
  onSubmit: (values: Values) => Promise<unknown>;
}

/** When an agent is told what. */
export function JobForm({ job, action, onSubmit }: JobFormProps) {
  const [kind, setKind] = useState<Kind>(job?.schedule_kind ?? 'at');
  return (
    <Form onSubmit={onSubmit} action={action}>
      <TextField
        name="name"
        label={m.jobs.name}
        placeholder={m.jobs.namePlaceholder}
        defaultValue={job?.name}
        required
        maxLength={200}
        autoFocus
      />
      {(!job || job.action === 'agent') && (
        <TextArea
          name="task"
          label={m.jobs.task}
          placeholder={m.jobs.taskPlaceholder}
          defaultValue={job?.task ?? ''}
          required
          maxLength={90_000}
        />
      )}
      <div className="grid gap-4 sm:grid-cols-2">
        <Select
          name="schedule_kind"
          label={m.jobs.schedule}
          options={KINDS.map((one) => [one, m.jobs.kinds[one]])}
          defaultValue={kind}
          onChange={(value) => setKind(value as Kind)}
        />
        <TextField
          key={kind}
          name="schedule_value"
          label={m.jobs.values[kind]}
          hint={m.jobs.hints[kind]}
          type={kind === 'at' ? 'time' : 'text'}
          defaultValue={kind === job?.schedule_kind ? job.schedule_value : m.jobs.defaults[kind]}
          required
          maxLength={100}
        />
      </div>
      <details className="text-sm">
        <summary className="rounded font-medium">{m.jobs.more}</summary>
        <div className="mt-4 grid gap-4">
          <TextField name="timezone" label={m.jobs.timezone} defaultValue={job?.timezone ?? here()} maxLength={64} />
          <Select
            name="missed"
            label={m.jobs.missed}
            options={MISSED.map((one) => [one, m.jobs.missedKinds[one]])}
            defaultValue={job?.missed ?? 'last'}
          />
        </div>
      </details>
    </Form>
  );
}
