import { BadRequest, InvalidInput, type Problem, TooLarge } from '@skep/contracts';
import { Busboy, type BusboyFileStream } from '@fastify/busboy';
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';

/** The fields of a form beside its file. */
const MAX_FIELDS = 100;
const MAX_FIELD_BYTES = 64 << 10;

const fault = (field: string, msg: string, type: string): Problem => InvalidInput([{ loc: ['body', field], msg, type }]);

/** A form with one file. */
export interface ReceivedForm<Stored> {
  fields: Record<string, unknown>;
  name: string;
  stored: Stored;
}

/**
 * Reads a multipart form while it arrives.
 * @param name the field of its file
 * @param store stores the bytes of the file. It is called once; if the form turns out to be invalid, its bytes end with an error.
 * @param remove removes what was stored before the form turned out to be invalid
 * @throws Problem `invalid_input`, `bad_request`, `too_large`; what `store` throws
 */
export async function receiveForm<Stored>(
  source: Readable,
  headers: IncomingHttpHeaders,
  name: string,
  store: (bytes: AsyncIterable<Uint8Array>) => Promise<Stored>,
  remove: (stored: Stored) => Promise<void>,
): Promise<ReceivedForm<Stored>> {
  const fields = new Map<string, unknown>();
  let file: { fileName: string; part: BusboyFileStream; stored: Promise<Stored> } | undefined;
  const form = openForm(headers);
  const received = new Promise<void>((resolve, reject) => {
    form.on('field', (field, value, nameIsCut, valueIsCut) => {
      if (nameIsCut || valueIsCut) reject(TooLarge(`A field of the form may have at most ${MAX_FIELD_BYTES} bytes.`));
      fields.set(field, value);
    });
    form.on('fieldsLimit', () => reject(TooLarge(`A form may have at most ${MAX_FIELDS} fields.`)));
    form.on('filesLimit', () => reject(fault(name, 'send one file only', 'max_files')));
    form.on('file', (field, part, fileName) => {
      // Without a listener an error of the part would end the process; the store sees it too.
      part.on('error', () => undefined);
      if (field !== name) return reject(fault(field, `is not the field of the file: name it ${name}`, 'extra_forbidden'));
      const stored = store(part);
      stored.catch(reject);
      file = { fileName, part, stored };
    });
    form.on('finish', resolve);
    form.on('error', (error: unknown) => reject(BadRequest(`The form cannot be read: ${error instanceof Error ? error.message : ''}`)));
    source.once('error', () => reject(BadRequest('The upload was interrupted.')));
  });
  source.pipe(form);
  try {
    await received;
    if (!file) throw fault(name, 'Field required', 'missing');
    return { fields: Object.fromEntries(fields), name: file.fileName, stored: await file.stored };
  } catch (error) {
    source.unpipe(form);
    file?.part.destroy(error as Error);
    await file?.stored.then(remove, () => undefined);
    throw error;
  }
}

function openForm(headers: IncomingHttpHeaders) {
  try {
    const limits = { files: 1, fields: MAX_FIELDS, fieldSize: MAX_FIELD_BYTES, headerPairs: 20, headerSize: 8 << 10 };
    return new Busboy({ headers: { ...headers, 'content-type': headers['content-type'] ?? '' }, limits });
  } catch (error) {
    throw BadRequest(`The form cannot be read: ${error instanceof Error ? error.message : ''}`);
  }
}
