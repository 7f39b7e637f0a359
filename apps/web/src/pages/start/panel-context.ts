import { createContext } from 'react';

type Params = Record<string, unknown>;

/** The panels of the app around a node. */
export interface PanelContext {
  /** The params with which panels are shown, by panel. */
  params: Readonly<Record<string, Params>>;
  /** Shows a panel with params: in its column, or in a dialog. Returns whether the app has such a panel. */
  open(panelId: string, params: Params): boolean;
}

export const PanelContext = createContext<PanelContext>({ params: {}, open: () => false });
