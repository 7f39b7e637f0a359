import { useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Files } from '../../../data/release-files.js';
import { forgetDraft, keepDraft, readDraft } from '../drafts.js';
import { useApp } from '../frame.js';
import { filesQuery } from '../queries.js';

export interface EditedFiles {
  files: Files;
  /** Whether they differ from the newest release. */
  isChanged: boolean;
  /** Counts how often the files were replaced, rather than edited. */
  generation: number;
  change: (file: string, text: string | undefined) => void;
  /** These files are released now. Changes that were made meanwhile stay. */
  settle: (released: Files) => void;
  /** Takes the files of the newest release. */
  discard: () => void;
}

/** The files of an app as they are edited: those of its newest release, with the changes of this tab. Null if that release has no IR. */
export function useFiles(): EditedFiles | null {
  const { app_id, revision } = useApp();
  const { data: released } = useSuspenseQuery(filesQuery(app_id, revision));
  const [draft, setDraft] = useState(() => readDraft(app_id));
  const [generation, setGeneration] = useState(0);
  const files = draft ?? released;
  if (!files) return null;
  const edit = (changed: Files | undefined) => {
    if (changed) keepDraft(app_id, changed);
    else forgetDraft(app_id);
    setDraft(changed);
  };
  return {
    files,
    isChanged: draft !== undefined,
    generation,
    change: (file, text) => {
      const { [file]: _, ...others } = files;
      edit(text === undefined ? others : { ...files, [file]: text });
    },
    settle: (deployed) => {
      if (readDraft(app_id) && JSON.stringify(readDraft(app_id)) === JSON.stringify(deployed)) edit(undefined);
    },
    discard: () => {
      edit(undefined);
      setGeneration(generation + 1);
    },
  };
}
