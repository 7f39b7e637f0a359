import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, dataOf, type Shapes } from '../../../data/api.js';
import { type Files, toDeploy } from '../../../data/release-files.js';
import { type Fault, findSyntaxFault, locate } from './places.js';

const QUIET_MS = 700;

export interface Check {
  /** Faults first, then warnings. */
  faults: readonly Fault[];
  /** Undefined until the server has checked these files. */
  permissions: Shapes['Permission'][] | undefined;
  isChecking: boolean;
  error: Error | null;
}

const NONE: readonly Fault[] = [];

/** Checks the files as a deploy does, a moment after each change. A file that is not JSON is found here. */
export function useCheck(app_id: string, files: Files): Check {
  const [settled, setSettled] = useState(files);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(files), QUIET_MS);
    return () => clearTimeout(timer);
  }, [files]);
  const { data, error, isFetching } = useQuery({
    queryKey: ['developer', 'check', app_id, settled],
    queryFn: async () => {
      const syntax = Object.entries(settled).flatMap(([file, text]) => (file.endsWith('.json') && findSyntaxFault(file, text)) || []);
      if (syntax.length) return { faults: syntax };
      const body = toDeploy(app_id, settled);
      const { faults, warnings, permissions } = await dataOf(
        api.POST('/v1/developer/apps/{app_id}/validate', { params: { path: { app_id } }, body }),
      );
      const found = [...faults.map((fault) => locate(settled, fault, false)), ...warnings.map((warning) => locate(settled, warning, true))];
      return { faults: found, permissions };
    },
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    gcTime: 0,
  });
  const isChecking = isFetching || settled !== files;
  return { faults: data?.faults ?? NONE, permissions: isChecking ? undefined : data?.permissions, isChecking, error };
}
