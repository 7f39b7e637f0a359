import { fileTypeFromBuffer } from 'file-type';

/** As many of the first bytes as the detection of the media type looks at. */
export const HEAD_BYTES = 4_100;

/** The media type of content, found in its first bytes. Text that is no known format is `text/plain`, also if it looks like HTML. */
export async function mediaTypeOf(head: Uint8Array): Promise<string> {
  // Content that no parser can read to its end is of no known format.
  const found = await fileTypeFromBuffer(head).catch(() => undefined);
  return found?.mime ?? (isText(head) ? 'text/plain' : 'application/octet-stream');
}

/** Control characters other than tab, line feed, form feed and carriage return do not occur in text. */
const BINARY = /[^\P{Cc}\t\n\f\r\x7f-\x9f]/u;

function isText(head: Uint8Array): boolean {
  try {
    // `stream`: the last character may be cut.
    return !BINARY.test(new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true }));
  } catch {
    return false;
  }
}
