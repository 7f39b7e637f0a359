// Types for the code of apps. `npm run skep -- app init` copies what this package builds into the folder of an app.
import type { PanelCtx } from './ctx.js';
import type { UINode } from './generated/ui-node.js';
import type { JsonObject } from './json.js';

export type * from './ctx.js';
export type * from './generated/ui-node.js';
export type * from './json.js';

/** What renders a panel. */
export type PanelFunction<Params extends object = JsonObject> = (ctx: PanelCtx, params: Params) => Promise<UINode>;
