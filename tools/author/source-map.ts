import { isObject } from '@skep/contracts';
import { SourceMap, type SourceMapPayload } from 'node:module';

const INLINE = /\n\/\/# sourceMappingURL=data:application\/json;base64,([A-Za-z0-9+/=]+)\s*$/;

/** Replaces places in bundled modules (`main.js:12:5`) by those in the author's sources (`src/main.ts:8:3`). @param modules of the IR, with their source maps */
export function toAuthorLines(text: string, modules: unknown): string {
  if (!isObject(modules)) return text;
  return text.replace(/([\w/-]+\.js):(\d+):(\d+)/g, (place, module: string, line: string, column: string) => {
    const source = modules[module];
    const encoded = typeof source === 'string' ? INLINE.exec(source)?.[1] : undefined;
    if (!encoded) return place;
    const map = new SourceMap(JSON.parse(Buffer.from(encoded, 'base64').toString()) as SourceMapPayload);
    const origin = map.findOrigin(Number(line), Number(column));
    return 'fileName' in origin ? `${origin.fileName}:${origin.lineNumber}:${origin.columnNumber}` : place;
  });
}
