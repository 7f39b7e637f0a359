import type { Command } from '../cli/commands.ts';
import { readAsOperator } from '../cli/run-as-operator.ts';

export const commands: Command[] = [
  {
    usage: 'update-stream [--json]',
    summary: 'Gives the stream of events the settings of this version and SKEP_STREAM_MAX_BYTES; npm start does so by itself',
    example: 'update-stream',
    async run() {
      const SKEP_STREAM_MAX_BYTES = process.env.SKEP_STREAM_MAX_BYTES ?? '';
      const changed = await readAsOperator<string[] | null>('update-stream.ts', { SKEP_STREAM_MAX_BYTES });
      return { data: { changed }, text: toText(changed) };
    },
  },
];

function toText(changed: string[] | null): string {
  if (!changed) return 'There is no stream of events yet. The first service creates it.';
  return changed.length ? `Changed ${changed.join(', ')} of the stream of events.` : 'The stream of events already has these settings.';
}
