import { lazy, Suspense } from 'react';
import type { Part } from './turn.js';
import { type Approving, ToolCard } from './tool-card.js';

const Markdown = lazy(() => import('./markdown.js'));

/** What a model says: untrusted, so that it is rendered as text with links, lists, tables and code. */
export const Said = ({ text }: { text: string }) => (
  <Suspense fallback={<p className="whitespace-pre-wrap [overflow-wrap:anywhere]">{text}</p>}>
    <Markdown content={text} />
  </Suspense>
);

/** The words and tools of an answer, in their order. */
export const Answer = ({ parts, approving }: { parts: readonly Part[]; approving?: Approving }) => (
  <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
    {parts.map((part, index) =>
      part.kind === 'text' ? (
        <Said key={index} text={part.text.trim()} />
      ) : (
        <ToolCard key={part.use.id} use={part.use} {...(approving && { approving })} />
      ),
    )}
  </div>
);
