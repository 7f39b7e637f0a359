import type { Files } from '../../data/release-files.js';

const keyOf = (app_id: string) => `skep.draft.${app_id}`;

/** Files of an app that were changed, and not deployed yet. They outlive a reload, not the tab. */
export function readDraft(app_id: string): Files | undefined {
  const text = sessionStorage.getItem(keyOf(app_id));
  return text ? (JSON.parse(text) as Files) : undefined;
}

export const keepDraft = (app_id: string, files: Files) => sessionStorage.setItem(keyOf(app_id), JSON.stringify(files));

export const forgetDraft = (app_id: string) => sessionStorage.removeItem(keyOf(app_id));
