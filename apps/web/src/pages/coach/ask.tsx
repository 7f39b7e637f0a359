import { useEffect, useRef, useState } from 'react';
import type { CoachShapes } from '../../data/api.js';
import type { StreamEvent } from '../../data/event-source.js';
import { m } from '../../messages/index.js';
import { Button, Spinner } from '../../ui/button.js';
import { CONTROL } from '../../ui/form.js';
import { Card, Section } from '../../ui/layout.js';
import { Notice } from '../../ui/notice.js';
import { CoachFailure } from './coach-failure.js';
import { follow } from './follow.js';
import { SpecChart } from './spec-chart.js';

/** A question, and its answer as far as it has arrived. */
interface Turn {
  question: string;
  text: string;
  status?: CoachShapes['QuestionStatus']['status'];
  spec?: unknown;
  sources: readonly CoachShapes['AnswerSource'][];
  problem?: unknown;
  isOver: boolean;
}

function after(turn: Turn, { event, data }: StreamEvent): Turn {
  const { status, text, caption, answer, sources, detail } = data as Partial<
    CoachShapes['QuestionStatus'] &
      CoachShapes['QuestionDelta'] &
      CoachShapes['ChartDone'] &
      CoachShapes['QuestionAnswer'] &
      CoachShapes['QuestionFailed']
  >;
  switch (event) {
    case 'status':
      return { ...turn, status };
    case 'delta':
      return { ...turn, text: turn.text + (text ?? '') };
    case 'spec':
      return { ...turn, spec: data };
    case 'caption':
      return { ...turn, text: caption ?? '' };
    case 'done':
      return { ...turn, text: answer ?? caption ?? turn.text, sources: sources ?? [], isOver: true };
    case 'error':
      return { ...turn, problem: new Error(detail), isOver: true };
    default:
      return turn;
  }
}

const conversationIn = ({ data }: StreamEvent) => (data as { conversation_id?: string }).conversation_id;

/** Questions about the person's training, answered in words or as a chart, as they are written. */
export function Ask() {
  const [turns, setTurns] = useState<readonly Turn[]>([]);
  const conversation = useRef<string>(undefined);
  const asking = useRef<AbortController>(undefined);
  useEffect(() => () => asking.current?.abort(), []);
  const isBusy = turns.at(-1)?.isOver === false;
  const change = (to: (turn: Turn) => Turn) => setTurns((all) => [...all.slice(0, -1), to(all.at(-1)!)]);

  async function ask(form: HTMLFormElement, way: 'ask' | 'visualizations'): Promise<void> {
    const question = String(new FormData(form).get('question') ?? '').trim();
    if (!question || isBusy) return;
    form.reset();
    setTurns((all) => [...all, { question, text: '', sources: [], isOver: false }]);
    const { signal } = (asking.current = new AbortController());
    try {
      await follow(`/cheshire/${way}/stream`, {
        body: { question, ...(conversation.current && { conversation_id: conversation.current }) },
        key: crypto.randomUUID(),
        signal,
        resumeAt: (event) => {
          conversation.current = conversationIn(event) ?? conversation.current;
          return conversation.current && `/cheshire/conversations/${encodeURIComponent(conversation.current)}/stream`;
        },
        onEvent: (event) => !signal.aborted && change((turn) => after(turn, event)),
      });
    } catch (problem) {
      change((turn) => ({ ...turn, problem, isOver: true }));
    }
  }

  return (
    <Section title={m.coach.ask} lead={m.coach.askLead}>
      <Card>
        <div className="grid grid-cols-[minmax(0,1fr)] gap-5">
          {turns.map((turn, index) => (
            <Answer key={index} turn={turn} />
          ))}
          <form
            className="flex flex-wrap gap-2"
            onSubmit={(event) => {
              event.preventDefault();
              const { submitter } = event.nativeEvent as SubmitEvent;
              void ask(event.currentTarget, submitter?.getAttribute('value') === 'chart' ? 'visualizations' : 'ask');
            }}
          >
            <input
              name="question"
              aria-label={m.coach.question}
              placeholder={m.coach.example}
              required
              maxLength={2_000}
              autoComplete="off"
              className={`${CONTROL} flex-1 basis-56`}
            />
            <Button type="submit" look="primary" busy={isBusy}>
              {m.coach.askAction}
            </Button>
            <Button type="submit" value="chart" disabled={isBusy}>
              {m.coach.draw}
            </Button>
          </form>
        </div>
      </Card>
    </Section>
  );
}

function Answer({ turn: { question, text, status, spec, sources, problem, isOver } }: { turn: Turn }) {
  return (
    <article
      aria-label={question}
      aria-busy={!isOver}
      className="grid grid-cols-[minmax(0,1fr)] gap-3 border-b border-line pb-5 [overflow-wrap:anywhere]"
    >
      <p className="font-medium">{question}</p>
      {spec !== undefined && <SpecChart spec={spec} />}
      {text && <p className="whitespace-pre-line">{text}</p>}
      {!isOver && (
        <p role="status" className="flex items-center gap-3 text-sm text-muted">
          <Spinner />
          {status ? m.coach.statuses[status] : m.coach.waiting}
        </p>
      )}
      {sources.length > 0 && (
        <details className="text-sm text-muted">
          <summary>{m.coach.sources}</summary>
          {sources.map(({ query, rows }, index) => (
            <pre key={index} tabIndex={0} className="mt-2 overflow-x-auto rounded-lg bg-sunken p-3 whitespace-pre-wrap">
              {query}
              {`\n${m.coach.rows(rows)}`}
            </pre>
          ))}
        </details>
      )}
      {problem !== undefined && <CoachFailure error={problem} />}
      {isOver && !problem && !text && spec === undefined && <Notice>{m.coach.noAnswer}</Notice>}
    </article>
  );
}
