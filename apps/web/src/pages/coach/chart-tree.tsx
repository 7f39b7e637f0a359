import { UINodeTree } from '@skep/ui-nodes';
import '@skep/ui-nodes/style.css';

/** A chart does nothing. */
const noActions = () => Promise.resolve();

export default function ChartTree({ tree }: { tree: unknown }) {
  return <UINodeTree tree={tree} actions={noActions} />;
}
