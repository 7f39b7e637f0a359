import { memo, type ReactNode, useState } from 'react';
import type { AgentShapes } from '../../../data/api.js';
import { m } from '../../../messages/index.js';
import { Button, IconButton } from '../../../ui/button.js';
import { CONTROL } from '../../../ui/form.js';
import { formatNumber, formatTime } from '../../../ui/format.js';
import { Notice } from '../../../ui/notice.js';
import { Advice } from './advice.js';
import { Said } from './answer.js';
import { storedTools } from './turn.js';
import { ToolCard } from './tool-card.js';

type ChatMessage = AgentShapes['ChatMessage'];

/** What can be done with the messages of a conversation. Left out while an answer is being made. */
export interface MessageActions {
  edit: (message: ChatMessage, content: string) => Promise<unknown>;
  regenerate: (message: ChatMessage) => Promise<unknown>;
  select: (messageId: string) => void;
}

interface MessageProps {
  message: ChatMessage;
  /** All versions of it, itself included; none if there is one only. */
  versions: readonly ChatMessage[];
  /** Who says it. */
  name: string;
  actions: MessageActions | undefined;
}

/** A message, with its heading for screen readers. */
export const Message = memo(function Message(props: MessageProps) {
  const { message, name } = props;
  if (message.role === 'system') return <p className="text-center text-sm whitespace-pre-wrap text-muted">{message.content}</p>;
  return (
    <article aria-label={name} className="grid grid-cols-[minmax(0,1fr)] gap-1.5">
      <h2 className="sr-only">{name}</h2>
      {message.role === 'user' ? <Question {...props} /> : <StoredAnswer {...props} />}
    </article>
  );
});

function Question({ message, versions, actions }: MessageProps) {
  const [edits, setEdits] = useState(false);
  if (edits && actions)
    return <Edit text={message.content} onClose={() => setEdits(false)} onSave={(content) => actions.edit(message, content)} />;
  return (
    <>
      <p className="ml-auto max-w-[85%] rounded-2xl bg-sunken px-4 py-2.5 text-sm leading-relaxed whitespace-pre-wrap [overflow-wrap:anywhere]">
        {message.content}
      </p>
      <Tools message={message} versions={versions} actions={actions} className="justify-end">
        {actions && <IconButton icon="edit" label={m.chat.edit} onClick={() => setEdits(true)} />}
      </Tools>
    </>
  );
}

function Edit({ text, onClose, onSave }: { text: string; onClose: () => void; onSave: (content: string) => Promise<unknown> }) {
  const [content, setContent] = useState(text);
  const [fault, setFault] = useState<string>();
  const save = async () => {
    try {
      await onSave(content.trim());
      onClose();
    } catch (error) {
      setFault(error instanceof Error ? error.message : m.errors.unexpected);
    }
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (content.trim()) void save();
      }}
      onKeyDown={({ key }) => key === 'Escape' && onClose()}
      className="grid gap-2"
    >
      <textarea
        aria-label={m.chat.edit}
        value={content}
        onChange={({ target }) => setContent(target.value)}
        rows={Math.min(content.split('\n').length + 1, 12)}
        maxLength={100_000}
        autoFocus
        className={CONTROL}
      />
      <p className="text-sm text-muted">{m.chat.editHint}</p>
      {fault && <Notice kind="danger">{fault}</Notice>}
      <div className="flex flex-wrap justify-end gap-2">
        <Button size="small" onClick={onClose}>
          {m.app.cancel}
        </Button>
        <Button size="small" look="primary" type="submit">
          {m.chat.send}
        </Button>
      </div>
    </form>
  );
}

function StoredAnswer({ message, versions, actions }: MessageProps) {
  const { content, metadata, model } = message;
  const failure = metadata['error'] as AgentShapes['TurnFailed'] | undefined;
  const { tokens, credits } = metadata as { tokens?: number; credits?: number };
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(content);
    setCopied(true);
    setTimeout(() => setCopied(false), 2_000);
  };
  return (
    <>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
        {storedTools(message).map((use) => (
          <ToolCard key={use.id} use={use} />
        ))}
        {content && <Said text={content} />}
        {failure && <Advice failure={failure} onRetry={actions && (() => void actions.regenerate(message))} />}
      </div>
      <Tools message={message} versions={versions} actions={actions}>
        <IconButton icon={copied ? 'check' : 'copy'} label={copied ? m.app.copied : m.chat.copy} onClick={() => void copy()} />
        {actions && <IconButton icon="again" label={m.chat.again} onClick={() => void actions.regenerate(message)} />}
        <p className="text-xs text-muted [overflow-wrap:anywhere]">
          {[
            metadata['finish_reason'] === 'cancelled' && m.chat.stopped,
            metadata['finish_reason'] === 'length' && m.chat.tooLong,
            model,
            tokens && m.chat.tokens(formatNumber(tokens)),
            credits && m.wallet.credits(formatNumber(credits)),
            formatTime(message.created_at),
          ]
            .filter(Boolean)
            .join(' · ')}
        </p>
      </Tools>
    </>
  );
}

/** What can be done with a message, and its versions. */
function Tools({
  message,
  versions,
  actions,
  className = '',
  children,
}: Pick<MessageProps, 'message' | 'versions' | 'actions'> & { className?: string; children: ReactNode }) {
  const at = versions.findIndex(({ id }) => id === message.id);
  const step = (icon: 'back' | 'arrow', label: string, to: ChatMessage | undefined) => (
    <IconButton icon={icon} label={label} disabled={!to} onClick={() => to && actions?.select(to.id)} />
  );
  return (
    <div className={`flex flex-wrap items-center gap-x-1 ${className}`}>
      {children}
      {at >= 0 && actions && (
        <div role="group" aria-label={m.chat.versions} className="flex items-center">
          {step('back', m.chat.previous, versions[at - 1])}
          <span className="text-xs text-muted tabular-nums">{m.chat.version(at + 1, versions.length)}</span>
          {step('arrow', m.chat.next, versions[at + 1])}
        </div>
      )}
    </div>
  );
}
