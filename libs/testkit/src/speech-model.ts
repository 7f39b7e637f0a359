import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A model on loopback that transcribes speech with OpenAI's API: `POST /v1/audio/transcriptions`. */
export interface SpeechModel {
  url: string;
  /** Its answer: words, a status, or none. */
  hears: string | number | undefined;
  /** What it was sent: the fields of each form, and the bytes of its file. */
  asked: { model: string; name: string; type: string; bytes: Buffer; key: string }[];
  close(): Promise<void>;
}

export async function speechModel(): Promise<SpeechModel> {
  const server = createServer((request, response) => {
    void (async () => {
      const body = new Response(ReadableStream.from(request) as ReadableStream<Uint8Array>, {
        headers: request.headers as Record<string, string>,
      });
      const form = await body.formData();
      const file = form.get('file') as File;
      const key = request.headers.authorization?.replace('Bearer ', '') ?? '';
      self.asked.push({
        model: String(form.get('model')),
        name: file.name,
        type: file.type,
        bytes: Buffer.from(await file.arrayBuffer()),
        key,
      });
      const { hears } = self;
      if (hears === undefined) return;
      const status = typeof hears === 'number' ? hears : 200;
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(status === 200 ? { text: hears } : { error: { message: 'the provider’s own words' } }));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const self: SpeechModel = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    hears: 'Water the plants.',
    asked: [],
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return self;
}
