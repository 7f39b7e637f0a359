import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, dataOf } from '../../data/api.js';
import { m } from '../../messages/index.js';
import { Button } from '../../ui/button.js';
import { ConfirmDialog } from '../../ui/confirm-dialog.js';
import { Dialog } from '../../ui/dialog.js';
import { Form, TextField, type Values } from '../../ui/form.js';
import { Section } from '../../ui/layout.js';
import { forgetDraft } from './drafts.js';
import { useApp } from './frame.js';

/** Takes an app out of the marketplace, or deletes it. */
export function EndOfApp() {
  const { app_id, status } = useApp();
  const [asks, setAsks] = useState(false);
  const isActive = status === 'active';
  const close = () => setAsks(false);
  const label = isActive ? m.dev.app.suspend : m.dev.app.remove;
  return (
    <Section title={m.dev.app.danger}>
      <div>
        <Button look="danger" onClick={() => setAsks(true)}>
          {label}
        </Button>
      </div>
      {asks && (isActive ? <Suspend appId={app_id} onClose={close} /> : <Remove appId={app_id} onClose={close} />)}
    </Section>
  );
}

function Suspend({ appId, onClose }: { appId: string; onClose: () => void }) {
  const queries = useQueryClient();
  const suspend = async () => {
    await dataOf(api.POST('/v1/developer/apps/{app_id}/suspend', { params: { path: { app_id: appId } } }));
    await queries.invalidateQueries({ queryKey: ['developer'] });
  };
  return (
    <ConfirmDialog title={m.dev.app.suspend} action={m.dev.app.suspend} onConfirm={suspend} onClose={onClose}>
      {m.dev.app.suspendLead}
    </ConfirmDialog>
  );
}

function Remove({ appId, onClose }: { appId: string; onClose: () => void }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const remove = async ({ confirm_name = '' }: Values) => {
    await dataOf(api.DELETE('/v1/developer/apps/{app_id}', { params: { path: { app_id: appId } }, body: { confirm_name } }));
    forgetDraft(appId);
    await navigate({ to: '/developers' });
    await queries.invalidateQueries({ queryKey: ['developer'] });
  };
  return (
    <Dialog title={m.dev.app.remove} onClose={onClose}>
      <Form onSubmit={remove} action={m.dev.app.remove} look="plain">
        <TextField name="confirm_name" label={m.dev.newApp.id} hint={m.dev.app.removeLead} required placeholder={appId} autoFocus />
      </Form>
    </Dialog>
  );
}
