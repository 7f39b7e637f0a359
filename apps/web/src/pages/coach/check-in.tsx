import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { coachApi, type CoachShapes, dataOf } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { Button } from '../../ui/button.js';
import { Select } from '../../ui/fields.js';
import { Form, TextField, type Values } from '../../ui/form.js';
import { Card, Figure, Section } from '../../ui/layout.js';

const SCALES = ['mood', 'soreness', 'sleep_quality'] as const;
const STEPS = Array.from({ length: 11 }, (_, step) => step);

/** How the person is today: asked once, and shown afterwards. */
export function CheckIn({ readiness }: { readiness: CoachShapes['Readiness'] | undefined }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Section title={m.coach.checkIn} lead={readiness ? undefined : m.coach.checkInLead}>
      <Card>
        {readiness && !isOpen ? (
          <div className="grid gap-4">
            <dl className="grid grid-cols-3 gap-2">
              {SCALES.map((scale) => (
                <Figure key={scale} label={m.coach.scales[scale]} value={readiness[scale]?.toString() ?? '–'} />
              ))}
            </dl>
            <div>
              <Button size="small" onClick={() => setOpen(true)}>
                {m.coach.checkInAgain}
              </Button>
            </div>
          </div>
        ) : (
          <CheckInForm onDone={() => setOpen(false)} />
        )}
      </Card>
    </Section>
  );
}

function CheckInForm({ onDone }: { onDone: () => void }) {
  const queries = useQueryClient();
  // A check-in that is sent again is the same check-in.
  const [messageId] = useState(() => crypto.randomUUID());
  const submit = async (values: Values) => {
    const scales = SCALES.flatMap((scale) => (values[scale] ? [[scale, Number(values[scale])]] : []));
    await dataOf(
      coachApi.POST('/user_states/check-ins', {
        body: { client_message_id: messageId, ...Object.fromEntries(scales), ...(values['text'] && { text: values['text'] }) },
      }),
    );
    await queries.invalidateQueries({ queryKey: ['coach', 'home'] });
    onDone();
  };
  return (
    <Form onSubmit={submit} action={m.coach.send}>
      {SCALES.map((scale) => (
        <Select
          key={scale}
          name={scale}
          label={m.coach.scales[scale]}
          hint={m.coach.scaleHints[scale]}
          options={[['', m.coach.skip], ...STEPS.map((step) => [String(step), String(step)] as const)]}
          defaultValue=""
        />
      ))}
      <TextField name="text" label={m.coach.words} maxLength={4_000} />
    </Form>
  );
}
