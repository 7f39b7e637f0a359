import { Bus, connectNats, openLog } from '@skep/platform';
import { type AppProcess, asService, freePort, type Infrastructure, startInfrastructure, waitUntil } from '@skep/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readdir, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { basename, join } from 'node:path';
import { api } from '../src/api.js';
import { renderMatrix } from '../src/matrix/document.js';
import { openApi } from '../src/openapi/document.js';
import { service } from '../src/route.js';
import { post } from '../src/table.js';
import { files } from './files/gateway.js';
import { documents } from './files/owner.js';

const TOKEN = 'a-service-token-of-the-tests';
const MAX_BYTES = 5_000_000;
const GPX = Buffer.from('<?xml version="1.0"?><gpx version="1.1"></gpx>');

let infra: Infrastructure;
let gateway: AppProcess;
let bus: Bus;
let url: string;
let objects: string;

const gatewayEnv = async () => ({
  ...infra.nats.user('operator'),
  HOST: '127.0.0.1',
  PORT: new URL(url).port,
  SKEP_SERVICE_TOKEN: TOKEN,
  SKEP_FILE_MAX_BYTES: String(MAX_BYTES),
});
const startGateway = async () =>
  void (gateway = await infra.startApp('api-gateway', await gatewayEnv(), new URL('./files/gateway.js', import.meta.url)));

beforeAll(async () => {
  infra = await startInfrastructure();
  url = `http://127.0.0.1:${await freePort()}`;
  objects = join(infra.folder, 'objects');
  await infra.startApp('documents', {}, new URL('./files/owner.js', import.meta.url));
  await startGateway();
  bus = new Bus(await connectNats('test', infra.nats.user('operator'), openLog('test', 'silent')), 'operator');
});
afterAll(async () => {
  await bus?.close();
  await infra?.close();
});
const removeAll = async () => {
  const rows = await infra.query('documents', 'select id from document');
  for (const { id } of rows) await bus.call(documents.removeDocument, asService('test'), { id: Number(id) });
  await holds(0);
};

/** The files below the folder of objects. */
const stored = async (): Promise<string[]> => {
  const entries = await readdir(objects, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
};
const holds = (count: number) => waitUntil(`${count} stored objects`, async () => (await stored()).length === count);
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

interface Sent {
  path?: string;
  method?: string;
  headers?: Record<string, string>;
  body?: NonNullable<RequestInit['body']>;
}
const send = ({ path = '', method = 'POST', headers = {}, body }: Sent) =>
  fetch(`${url}/files/documents${path}`, {
    method,
    headers: { 'x-service-token': TOKEN, ...headers },
    ...(body !== undefined && { body, duplex: 'half' }),
    signal: AbortSignal.timeout(15_000),
  } as RequestInit);
const uploadBytes = (bytes: Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
  send({ body: bytes, headers: { 'content-type': 'application/octet-stream', ...headers } });
const jsonOf = async (response: Response) => (await response.json()) as Record<string, unknown>;
const form = (parts: [name: string, value: string | Blob, file?: string][]) => {
  const data = new FormData();
  for (const [name, value, file] of parts)
    if (typeof value === 'string') data.append(name, value);
    else data.append(name, value, file);
  return data;
};
/** Sends a request as it is, and returns the open connection. */
const sendRaw = async (head: string[], body: string | Uint8Array) => {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(`${['POST /files/documents HTTP/1.1', 'host: localhost', `x-service-token: ${TOKEN}`, ...head].join('\r\n')}\r\n\r\n`);
  socket.write(body);
  return socket;
};

describe('an upload', () => {
  afterEach(removeAll);

  it('of bytes is stored with its size, hash and the type of its content, and downloaded unchanged', async () => {
    const head = `89504e470d0a1a0a0000000d49484452${'00'.repeat(17)}000f424049444154`;
    const png = Buffer.concat([Buffer.from(head, 'hex'), randomBytes(1_000_000)]);
    const answer = await uploadBytes(png, {
      'content-type': 'text/html',
      'content-disposition': `attachment; filename*=UTF-8''r%C3%B6te.png`,
    });
    const document = await jsonOf(answer);
    expect([answer.status, document]).toEqual([
      200,
      expect.objectContaining({ name: 'röte.png', size: png.length, sha256: sha256(png), media_type: 'image/png', title: 'untitled' }),
    ]);
    const copy = await send({ method: 'GET', path: `/${String(document['id'])}` });
    expect(Buffer.from(await copy.arrayBuffer()).equals(png)).toBe(true);
    expect(Object.fromEntries(copy.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-length': String(png.length),
      'content-disposition': `attachment; filename="r?te.png"; filename*=UTF-8''r%C3%B6te.png`,
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      'cache-control': 'private, no-cache',
      'accept-ranges': 'bytes',
      etag: `"${sha256(png)}"`,
    });
  });

  it('of JSON is a file, not an input', async () => {
    const answer = await uploadBytes(Buffer.from('{"title":"x"}'), { 'content-type': 'application/json' });
    expect(await jsonOf(answer)).toMatchObject({ title: 'untitled', media_type: 'text/plain', size: 13 });
  });

  it('of a form takes fields before and after the file', async () => {
    for (const parts of [
      [
        ['title', 'a trip'],
        ['file', new Blob([GPX]), 'trip.gpx'],
      ],
      [
        ['file', new Blob([GPX]), 'trip.gpx'],
        ['title', 'a trip'],
      ],
    ] as [string, string | Blob, string?][][])
      expect(await jsonOf(await send({ body: form(parts) }))).toMatchObject({
        title: 'a trip',
        name: 'trip.gpx',
        sha256: sha256(GPX),
        media_type: 'application/xml',
      });
  });

  it.each([
    ['../../etc/passwd', 'passwd'],
    ['C:\\temp\\a b.txt', 'a b.txt'],
    ['..', 'file'],
    ['a/', 'file'],
    ['x'.repeat(300), 'x'.repeat(255)],
  ])('named %s has a name without folders', async (given, name) => {
    expect(await jsonOf(await send({ body: form([['file', new Blob(['a']), given]]) }))).toMatchObject({ name });
    const header = `attachment; filename*=UTF-8''${encodeURIComponent(given)}`;
    expect(await jsonOf(await uploadBytes(Buffer.from('a'), { 'content-disposition': header }))).toMatchObject({ name });
  });

  it('of nothing is an empty file', async () => {
    for (const sent of [{ body: form([['file', new Blob([]), 'empty']]) }, { headers: { 'content-type': 'image/png' } }]) {
      const document = await jsonOf(await send(sent));
      expect(document).toMatchObject({ size: 0, sha256: sha256(Buffer.from('')) });
      const copy = await send({ method: 'GET', path: `/${String(document['id'])}` });
      expect([copy.status, await copy.text()]).toEqual([200, '']);
    }
  });

  const broken = '--x\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\nhalf';
  it.each<[string, Sent, number, string]>([
    ['without a type', { body: new Blob(['a']), headers: { 'content-type': '' } }, 415, 'unsupported_media_type'],
    ['of an old form', { body: new URLSearchParams({ a: 'b' }) }, 415, 'unsupported_media_type'],
    ['of a form without a file', { body: form([['title', 'a']]) }, 422, 'invalid_input'],
    [
      'of two files',
      {
        body: form([
          ['file', new Blob(['a']), 'a'],
          ['file', new Blob(['b']), 'b'],
        ]),
      },
      422,
      'invalid_input',
    ],
    ['of a file with another name', { body: form([['image', new Blob(['a']), 'a']]) }, 422, 'invalid_input'],
    [
      'of a field that is too long',
      {
        body: form([
          ['file', new Blob(['a']), 'a'],
          ['title', 'x'.repeat(70_000)],
        ]),
      },
      413,
      'too_large',
    ],
    ['of too many fields', { body: form(Array.from({ length: 120 }, (_, i) => [`f${i}`, 'x'])) }, 413, 'too_large'],
    ['of a form without a boundary', { body: 'a', headers: { 'content-type': 'multipart/form-data' } }, 400, 'bad_request'],
    ['of a form that ends early', { body: broken, headers: { 'content-type': 'multipart/form-data; boundary=x' } }, 400, 'bad_request'],
    [
      'with an invalid field',
      {
        body: form([
          ['file', new Blob(['a']), 'a'],
          ['title', 'x'.repeat(30)],
        ]),
      },
      422,
      'invalid_input',
    ],
    [
      'that the service refuses',
      {
        body: form([
          ['refuse', 'true'],
          ['file', new Blob(['a']), 'a'],
        ]),
      },
      409,
      'document_refused',
    ],
    [
      'without a credential',
      { body: 'a', headers: { 'x-service-token': 'wrong-token-of-a-stranger', 'content-type': 'text/plain' } },
      401,
      'unauthenticated',
    ],
  ])('%s is refused, and leaves nothing', async (_, sent, status, code) => {
    const answer = await send(sent);
    expect([answer.status, await jsonOf(answer)]).toEqual([status, expect.objectContaining({ code })]);
    await holds(0);
  });

  it('that is too large is refused, and leaves nothing', async () => {
    const chunked = new Blob([randomBytes(MAX_BYTES), 'x']);
    const many = new Blob([randomBytes(2 * MAX_BYTES)]);
    for (const body of [chunked.stream(), form([['file', chunked, 'a']]), many]) {
      const type = body instanceof FormData ? {} : { 'content-type': 'application/octet-stream' };
      const answer = await send({ body, headers: type as Record<string, string> });
      expect([answer.status, await jsonOf(answer)]).toEqual([413, expect.objectContaining({ code: 'too_large' })]);
    }
    await holds(0);
    expect((await uploadBytes(randomBytes(MAX_BYTES))).status).toBe(200);
  });

  it.each([
    ['its bytes', ['content-type: text/plain', 'content-length: 1000000'], 'x'.repeat(100_000)],
    ['its form', ['content-type: multipart/form-data; boundary=x', 'content-length: 1000000'], broken + 'x'.repeat(100_000)],
  ])('whose client goes away within %s leaves nothing', async (_, head, body) => {
    const socket = await sendRaw(head, body);
    await holds(1);
    socket.destroy();
    await holds(0);
  });

  it('of a form that turns out to be invalid once its file is stored is refused, and leaves nothing', async () => {
    const part = '--x\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\nwhole\r\n';
    const head = ['content-type: multipart/form-data; boundary=x', `content-length: ${2 * part.length + 7}`, 'connection: close'];
    // The second boundary ends the first file.
    const socket = await sendRaw(head, part + part.slice(0, 6));
    await waitUntil('a whole stored object', async () => (await stored()).some((name) => !name.endsWith('.part')));
    socket.write(`${part.slice(6)}--x--\r\n`);
    let text = '';
    for await (const chunk of socket) text += String(chunk);
    expect(text).toMatch(/^HTTP\/1.1 422 [^]*max_files/);
    await holds(0);
  });

  it('of a client that waits is answered once the last byte is there', async () => {
    const socket = await sendRaw(['content-type: text/plain', 'content-length: 4', 'connection: close'], 'ab');
    await holds(1);
    socket.write('cd');
    let text = '';
    for await (const chunk of socket) text += String(chunk);
    expect(text).toMatch(/^HTTP\/1.1 200 [^]*"size":4/);
  });

  it('with an Idempotency-Key happens once, and its content belongs to the key', async () => {
    const headers = { 'idempotency-key': 'one' };
    const first = await jsonOf(await uploadBytes(Buffer.from('same'), headers));
    const repeated = await jsonOf(await uploadBytes(Buffer.from('same'), headers));
    expect(repeated).toEqual(first);
    const other = await uploadBytes(Buffer.from('other'), headers);
    expect([other.status, await jsonOf(other)]).toEqual([409, expect.objectContaining({ code: 'idempotency_conflict' })]);
    await holds(1);
    expect(await stored()).toEqual([basename(String(first['object_id']))]);
  });
});

describe('a download', () => {
  afterEach(removeAll);

  const bytes = Buffer.from('0123456789');
  const get = async (headers: Record<string, string>, method = 'GET') => {
    const { id } = await jsonOf(await uploadBytes(bytes));
    const answer = await send({ method, path: `/${String(id)}`, headers });
    return {
      status: answer.status,
      range: answer.headers.get('content-range'),
      length: answer.headers.get('content-length'),
      text: await answer.text(),
    };
  };
  const etag = `"${sha256(bytes)}"`;

  it.each<[string, Record<string, string>, number, string | null, string]>([
    ['a range', { range: 'bytes=2-4' }, 206, 'bytes 2-4/10', '234'],
    ['the end', { range: 'bytes=-3' }, 206, 'bytes 7-9/10', '789'],
    ['an open range', { range: 'bytes=8-' }, 206, 'bytes 8-9/10', '89'],
    ['a range that is too long', { range: 'bytes=8-100' }, 206, 'bytes 8-9/10', '89'],
    ['two ranges', { range: 'bytes=0-1,4-5' }, 200, null, '0123456789'],
    ['no valid range', { range: 'lines=1-2' }, 200, null, '0123456789'],
    ['the rest of the same file', { range: 'bytes=8-', 'if-range': etag }, 206, 'bytes 8-9/10', '89'],
    ['the rest of another file', { range: 'bytes=8-', 'if-range': '"other"' }, 200, null, '0123456789'],
    ['a copy that is current', { 'if-none-match': etag }, 304, null, ''],
    ['a copy that is old', { 'if-none-match': '"other"' }, 200, null, '0123456789'],
  ])('of %s', async (_, headers, status, range, text) => {
    expect(await get(headers)).toMatchObject({ status, range, text });
  });

  it('of a range after the end is refused', async () => {
    expect(await get({ range: 'bytes=10-' })).toMatchObject({
      status: 416,
      range: 'bytes */10',
      text: expect.stringContaining('range_not_satisfiable'),
    });
  });

  it('answers HEAD with the size and no bytes', async () => {
    expect(await get({}, 'HEAD')).toMatchObject({ status: 200, length: '10', text: '' });
  });

  it('of an unknown document, or of one whose content is lost, is not found', async () => {
    expect((await send({ method: 'GET', path: '/999999' })).status).toBe(404);
    const { id, object_id } = await jsonOf(await uploadBytes(bytes));
    const [context = '', digits = ''] = String(object_id).split('/');
    await rm(join(objects, context, digits.slice(0, 2), digits));
    expect((await send({ method: 'GET', path: `/${String(id)}` })).status).toBe(404);
  });

  it('whose client goes away closes the file', async () => {
    const { id } = await jsonOf(await uploadBytes(randomBytes(MAX_BYTES)));
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write(`GET /files/documents/${String(id)} HTTP/1.1\r\nhost: localhost\r\nx-service-token: ${TOKEN}\r\n\r\n`);
    await once(socket, 'readable');
    const opened = async () => {
      const folder = `/proc/${gateway.pid}/fd`;
      const links = await Promise.all((await readdir(folder)).map((fd) => readlink(join(folder, fd)).catch(() => '')));
      return links.filter((link) => link.startsWith(objects)).length;
    };
    await waitUntil('the file to be open', async () => (await opened()) === 1);
    socket.destroy();
    await waitUntil('the file to be closed', async () => (await opened()) === 0);
  });
});

describe('stored objects', () => {
  afterEach(removeAll);

  const call = (file: object) =>
    bus.call(documents.addDocument, asService('test'), {
      file: { name: 'a', size: 1, sha256: '0'.repeat(64), media_type: 'text/plain', ...file } as never,
      title: 'forged',
      refuse: false,
    });
  const sweep = (older_than_ms: number) => bus.call(documents.sweep, asService('test'), { older_than_ms });

  it('are removed with the document that names them', async () => {
    const { id } = await jsonOf(await uploadBytes(GPX));
    await holds(1);
    expect((await send({ method: 'DELETE', path: `/${String(id)}` })).status).toBe(200);
    await holds(0);
  });

  it('of a gateway that was killed are swept, and those of documents stay', async () => {
    const { id } = await jsonOf(await uploadBytes(GPX));
    const socket = await sendRaw(['content-type: text/plain', 'content-length: 1000000'], 'x'.repeat(100_000));
    await holds(2);
    await gateway.kill('SIGKILL');
    socket.destroy();
    await startGateway();
    // What the gateway leaves if it dies after the last byte and before the operation.
    const orphan = randomBytes(16).toString('hex');
    await mkdir(join(objects, 'documents', orphan.slice(0, 2)), { recursive: true });
    await writeFile(join(objects, 'documents', orphan.slice(0, 2), orphan), 'x');
    await sweep(3_600_000);
    await holds(3);
    await sweep(-1_000);
    await holds(1);
    expect((await send({ method: 'GET', path: `/${String(id)}` })).status).toBe(200);
    await expect(call({ object_id: `documents/${orphan}` })).rejects.toMatchObject({ body: { code: 'conflict' } });
  });

  it('are named by one document only, which keeps them when another names them too', async () => {
    const { id, object_id } = await jsonOf(await uploadBytes(GPX));
    await expect(call({ object_id })).rejects.toMatchObject({ body: { code: 'conflict' } });
    await expect(call({ object_id: 'billing/' + '0'.repeat(32) })).rejects.toMatchObject({ body: { code: 'conflict' } });
    await expect(call({ object_id: '../secret' })).rejects.toMatchObject({ body: { code: 'invalid_input' } });
    expect((await send({ method: 'GET', path: `/${String(id)}` })).status).toBe(200);
  });

  it('can be read by no one else on the machine', async () => {
    const { object_id } = await jsonOf(await uploadBytes(GPX));
    const [context = '', digits = ''] = String(object_id).split('/');
    const { mode } = await stat(join(objects, context, digits.slice(0, 2), digits));
    expect(mode & 0o777).toBe(0o600);
  });
});

describe('the documents of an API with files', () => {
  const document = JSON.parse(JSON.stringify(openApi(files))) as {
    paths: Record<string, Record<string, { requestBody?: { content: object }; responses: object; parameters: { name: string }[] }>>;
  };

  it('describe both forms of an upload, and pass the linter', async () => {
    expect(document.paths['/files/documents']!['post']!.requestBody).toMatchObject({
      required: true,
      content: {
        'multipart/form-data': { schema: { properties: { title: {}, file: { format: 'binary' } }, required: ['file'] } },
        '*/*': { schema: { format: 'binary' } },
      },
    });
    const config = await createConfig({ extends: ['recommended'] });
    expect(await lintFromString({ source: JSON.stringify(document), absoluteRef: 'files.json', config })).toEqual([]);
  });

  it('describe the ranges of a download', () => {
    const { responses, parameters } = document.paths['/files/documents/{id}']!['get']!;
    expect(responses).toMatchObject({ 200: { content: { '*/*': {} } }, 206: {}, 304: {}, 416: {} });
    expect(parameters.map(({ name }) => name)).toEqual(expect.arrayContaining(['id', 'Range', 'If-Range', 'If-None-Match']));
  });

  it('show both routes in the matrix', () => {
    const matrix = renderMatrix(files);
    expect(matrix).toContain('`POST /files/documents`');
    expect(matrix).toContain('`GET /files/documents/{id}`');
  });

  it('refuse a route on which clients could describe an uploaded file', () => {
    const route = post('/files/forged', documents.addDocument, service());
    expect(() => api({ ...files, prefix: '/files', routes: [route] })).toThrow(/would let clients write file/);
  });
});
