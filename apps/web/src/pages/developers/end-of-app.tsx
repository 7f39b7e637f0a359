import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, dataOf } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { Form, TextField, type Values } from '../../ui/form.js';
import { Section } from '../../ui/layout.js';
import { Failure } from '../../ui/notice.js';
import { forgetDraft } from './drafts.js';
import { useApp } from './frame.js';

/** Takes an app out of the marketplace, or deletes it. */
export function EndOfApp() {
  const { app_id, status } = useApp();
  const [asks, setAsks] = useState(false);
  const isActive = status === 'active';
  const label = isActive ? m.dev.app.suspend : m.dev.app.remove;
  return (
    <Section title={m.dev.app.danger}>
      <div>
        <Button look="danger" onClick={() => setAsks(true)}>
          {label}
        </Button>
      </div>
      {asks && (
        <Dialog title={label} onClose={() => setAsks(false)}>
          {isActive ? <Suspend appId={app_id} onClose={() => setAsks(false)} /> : <Remove appId={app_id} />}
        </Dialog>
      )}
    </Section>
  );
}

function Suspend({ appId, onClose }: { appId: string; onClose: () => void }) {
  const queries = useQueryClient();
  const suspend = useMutation({
    mutationFn: () => dataOf(api.POST('/v1/developer/apps/{app_id}/suspend', { params: { path: { app_id: appId } } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['developer'] });
      onClose();
    },
  });
  return (
    <>
      <p>{m.dev.app.suspendLead}</p>
      {suspend.error && <Failure error={suspend.error} />}
      <div className="flex flex-wrap gap-3">
        <Button look="danger" busy={suspend.isPending} onClick={() => suspend.mutate()}>
          {m.dev.app.suspend}
        </Button>
        <Button onClick={onClose}>{m.app.cancel}</Button>
      </div>
    </>
  );
}

function Remove({ appId }: { appId: string }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const remove = async ({ confirm_name = '' }: Values) => {
    await dataOf(api.DELETE('/v1/developer/apps/{app_id}', { params: { path: { app_id: appId } }, body: { confirm_name } }));
    forgetDraft(appId);
    await navigate({ to: '/developers' });
    await queries.invalidateQueries({ queryKey: ['developer'] });
  };
  return (
    <Form onSubmit={remove} action={m.dev.app.remove} look="plain">
      <TextField name="confirm_name" label={m.dev.newApp.id} hint={m.dev.app.removeLead} required placeholder={appId} autoFocus />
    </Form>
  );
}
