import { useQuery } from '@tanstack/react-query';
import { type FormEvent, type KeyboardEvent, useState } from 'react';
import { m } from '../../../messages/index.js';
import { Button } from '../../../ui/button.js';
import { Icon } from '../../../ui/icon.js';
import { Notice } from '../../../ui/notice.js';
import { agentsQuery, DEFAULT_AGENT } from '../queries.js';

interface ComposerProps {
  agentId: string;
  onAgent: (id: string) => void;
  /** @throws Error if it was not sent: the text stays */
  onSend: (text: string) => Promise<unknown>;
  /** Set while an answer is being made. */
  onStop?: (() => Promise<unknown>) | undefined;
  /** Whether it gets the focus after a navigation. */
  wantsFocus?: boolean;
}

/** Where a person writes. Enter sends, and Shift+Enter begins a new line. */
export function Composer({ agentId, onAgent, onSend, onStop, wantsFocus = false }: ComposerProps) {
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string>();
  const attempt = async (work: () => Promise<unknown>) => {
    setBusy(true);
    setFault(undefined);
    try {
      await work();
    } catch (error) {
      setFault(error instanceof Error ? error.message : m.errors.unexpected);
    } finally {
      setBusy(false);
    }
  };
  const send = async (event: FormEvent) => {
    event.preventDefault();
    const said = text.trim();
    if (!said || busy || onStop) return;
    await attempt(async () => {
      await onSend(said);
      setText('');
    });
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    // Enter also ends the input of a character that consists of several keys.
    if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) void send(event);
  };
  return (
    <form onSubmit={(event) => void send(event)} className="grid grid-cols-[minmax(0,1fr)] gap-2">
      {fault && <Notice kind="danger">{fault}</Notice>}
      <div className="rounded-2xl border border-edge bg-surface p-2 shadow-card focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-accent">
        <textarea
          aria-label={m.chat.message}
          placeholder={m.chat.placeholder}
          value={text}
          onChange={({ target }) => setText(target.value)}
          onKeyDown={onKeyDown}
          enterKeyHint="send"
          maxLength={100_000}
          rows={1}
          data-focus={wantsFocus || undefined}
          className="composer block max-h-60 min-h-12 w-full resize-none overflow-y-auto bg-transparent px-2 py-1.5 text-base text-ink outline-none placeholder:text-muted"
        />
        <div className="flex items-center justify-between gap-2">
          <AgentSelect value={agentId} onChange={onAgent} disabled={onStop !== undefined} />
          {onStop ? (
            <Button size="small" icon="stop" busy={busy} onClick={() => void attempt(onStop)}>
              {m.chat.stop}
            </Button>
          ) : (
            <Button type="submit" size="small" look="primary" icon="send" busy={busy} aria-disabled={!text.trim()}>
              {m.chat.send}
            </Button>
          )}
        </div>
      </div>
    </form>
  );
}

/** Who answers. With one agent there is nothing to choose. */
function AgentSelect({ value, onChange, disabled }: { value: string; onChange: (id: string) => void; disabled: boolean }) {
  const { data = [] } = useQuery(agentsQuery);
  const agents = data.filter(({ enabled, id }) => enabled || id === value);
  if (agents.length < 2) return <span />;
  return (
    <span className="flex min-w-0 items-center gap-1.5 text-sm text-muted">
      <Icon name="agent" className="size-4" />
      <select
        aria-label={m.chat.agent}
        disabled={disabled}
        value={agents.some(({ id }) => id === value) ? value : DEFAULT_AGENT}
        onChange={({ target }) => onChange(target.value)}
        className="min-h-8 min-w-0 max-w-48 rounded-lg bg-transparent text-sm text-ink"
      >
        {agents.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </span>
  );
}
