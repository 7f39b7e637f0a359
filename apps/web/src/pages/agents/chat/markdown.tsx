import { MarkdownText } from '@skep/ui-nodes';
import '@skep/ui-nodes/style.css';

/** What an agent says. A module of its own, because the renderer is large. */
export default function Markdown({ content }: { content: string }) {
  return <MarkdownText content={content} />;
}
