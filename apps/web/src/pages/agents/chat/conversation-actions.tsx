import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { agentApi, type AgentShapes, dataOf } from '../../../data/api.js';
import { m } from '../../../messages/index.js';
import { IconButton } from '../../../ui/button.js';
import { ConfirmDialog } from '../../../ui/confirm-dialog.js';
import { Dialog } from '../../../ui/dialog.js';
import { Form, TextField, type Values } from '../../../ui/form.js';
import { Icon } from '../../../ui/icon.js';

type Conversation = AgentShapes['Conversation'];

/** Renames, downloads and deletes a conversation. */
export function ConversationActions({ conversation }: { conversation: Conversation }) {
  const [dialog, setDialog] = useState<'rename' | 'delete'>();
  const close = () => setDialog(undefined);
  return (
    <>
      <IconButton icon="edit" label={m.chat.rename} onClick={() => setDialog('rename')} />
      <a
        href={`/api/conversations/${encodeURIComponent(conversation.id)}/export?format=markdown`}
        download
        aria-label={m.chat.download}
        title={m.chat.download}
        className="grid size-10 place-items-center rounded-lg text-muted hover:bg-sunken hover:text-ink"
      >
        <Icon name="download" />
      </a>
      <IconButton icon="trash" label={m.chat.delete} onClick={() => setDialog('delete')} />
      {dialog === 'rename' && <Rename conversation={conversation} onClose={close} />}
      {dialog === 'delete' && <Delete conversation={conversation} onClose={close} />}
    </>
  );
}

function Rename({ conversation: { id, title }, onClose }: { conversation: Conversation; onClose: () => void }) {
  const queries = useQueryClient();
  const rename = async ({ title: text = '' }: Values) => {
    const path = { conversation_id: id };
    await dataOf(agentApi.PATCH('/api/conversations/{conversation_id}', { params: { path }, body: { title: text } }));
    await queries.invalidateQueries({ queryKey: ['conversations'] });
    onClose();
  };
  return (
    <Dialog title={m.chat.rename} onClose={onClose}>
      <Form onSubmit={rename} action={m.chat.save}>
        <TextField name="title" label={m.chat.name} defaultValue={title ?? ''} required maxLength={255} autoFocus />
      </Form>
    </Dialog>
  );
}

function Delete({ conversation: { id, title }, onClose }: { conversation: Conversation; onClose: () => void }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const remove = async () => {
    await dataOf(agentApi.DELETE('/api/conversations/{conversation_id}', { params: { path: { conversation_id: id } } }));
    await navigate({ to: '/chat' });
    queries.removeQueries({ queryKey: ['conversations', 'one', id] });
    await queries.invalidateQueries({ queryKey: ['conversations'] });
  };
  return (
    <ConfirmDialog title={m.chat.deleteTitle(title ?? m.chat.untitled)} action={m.chat.delete} onConfirm={remove} onClose={onClose}>
      {m.chat.deleteLead}
    </ConfirmDialog>
  );
}
