import { useMutation, useQueryClient } from '@tanstack/react-query';

/** Changes something, and reads again what has this key. */
export function useChange<Input = void>(key: string, change: (input: Input) => Promise<unknown>) {
  const queries = useQueryClient();
  return useMutation({ mutationFn: change, onSettled: () => queries.invalidateQueries({ queryKey: [key] }) });
}
