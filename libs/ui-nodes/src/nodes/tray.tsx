import { defineNode } from '../define.js';
import { nodes } from '../fields.js';
import { Nodes } from '../view.js';

/** What a tray answers, where a panel is shown: its badge, then its content. */
export const TrayResponse = defineNode('TrayResponse', { badge: nodes, panel: nodes }, ({ badge, panel }) => (
  <Nodes nodes={[...badge, ...panel]} />
));
