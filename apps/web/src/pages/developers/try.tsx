import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, dataOf, type Shapes } from '../../data/api.js';
import { useMe } from '../../data/session.js';
import { m } from '../../messages/index.js';
import { buttonClass } from '../../ui/button.js';
import { CONTROL, Field } from '../../ui/form.js';
import { toWords } from '../../ui/format.js';
import { Card, Section } from '../../ui/layout.js';
import { Empty, Failure, Notice } from '../../ui/notice.js';
import { CallResult } from '../start/call-result.js';
import { SchemaForm } from '../start/schema-form.js';
import { AppFrame, useApp } from './frame.js';
import { Trace } from './trace.js';

/** Calls functions of the newest release, and shows what each call did. */
export function TryPage() {
  const { app_id, revision, tools_json } = useApp();
  const [name, setName] = useState(tools_json[0]?.name);
  const fn = tools_json.find((one) => one.name === name) ?? tools_json[0];
  if (!fn || revision === 0)
    return (
      <AppFrame>
        <Empty icon="bolt" title={m.dev.tryRun.none}>
          <Link to="/developers/apps/$appId/code" params={{ appId: app_id }} className={buttonClass({ look: 'primary' })}>
            {m.dev.app.edit}
          </Link>
        </Empty>
      </AppFrame>
    );
  return (
    <AppFrame>
      <p className="text-sm text-muted">{m.dev.tryRun.lead}</p>
      <div className="max-w-md">
        <Field name="function" label={m.dev.tryRun.fn}>
          {(control) => (
            <select {...control} className={CONTROL} value={fn.name} onChange={({ target }) => setName(target.value)}>
              {tools_json.map((one) => (
                <option key={one.name} value={one.name}>
                  {toWords(one.name)}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
      <TryFunction key={fn.name} appId={app_id} fn={fn} />
    </AppFrame>
  );
}

/** A trace id, which names the request and all that it causes. */
const newTrace = () => crypto.randomUUID().replaceAll('-', '');

function TryFunction({ appId, fn }: { appId: string; fn: Shapes['FunctionInfo'] }) {
  const { imperal_id } = useMe();
  const call = useMutation({
    mutationFn: async (params: Record<string, unknown>) => {
      const trace = newTrace();
      const result = await dataOf(
        api.POST('/v1/extensions/{app_id}/call', {
          params: { path: { app_id: appId } },
          headers: { 'Idempotency-Key': crypto.randomUUID(), traceparent: `00-${trace}-${trace.slice(0, 16)}-01` },
          body: { user_id: imperal_id, function: fn.name, params },
        }),
      );
      return { trace, result };
    },
  });
  const { data: called, isPending, error } = call;
  return (
    <>
      <Card>
        {fn.description && <p className="mb-4 text-sm text-muted">{fn.description}</p>}
        <SchemaForm schema={fn.params_schema} action={m.dev.tryRun.run} onSubmit={(params) => call.mutateAsync(params)} />
      </Card>
      {isPending && <Notice>{m.appPage.running}</Notice>}
      {error && !isPending && <Failure error={error} />}
      {called && !isPending && (
        <>
          <Section title={m.dev.tryRun.result}>
            <Card>
              <CallResult appId={appId} result={called.result} />
            </Card>
          </Section>
          <Trace id={called.trace} />
        </>
      )}
    </>
  );
}
