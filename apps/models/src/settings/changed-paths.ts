import { isDeepStrictEqual } from 'node:util';
import type { SettingsDocument } from './model-config.js';

/** The parts of settings that differ, with their outermost keys. */
export const changedPaths = (before: SettingsDocument, after: SettingsDocument): string[] =>
  (['config', 'enforced', 'role_defaults'] as const)
    .flatMap((part) =>
      [...new Set([...Object.keys(before[part]), ...Object.keys(after[part])])]
        .filter((key) => !isDeepStrictEqual(before[part][key], after[part][key]))
        .map((key) => `${part}.${key}`.slice(0, 200)),
    )
    .slice(0, 100);
