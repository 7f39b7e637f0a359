import { InvalidInput, type Problem, TooLarge } from '@skep/contracts';
import { isHeight, isLatitude, isLongitude, type Position, type RouteSport } from '@skep/contracts/coach';
import { SaxesParser, type SaxesTagNS } from 'saxes';

/** Nested elements, and points of all tracks and routes. */
const DEPTH_MAX = 32;
const POINTS_MAX = 100_000;
const NAME_MAX = 255;

const NAMESPACE = /^(http:\/\/www\.topografix\.com\/GPX\/1\/[01])?$/;
/** `xsd:decimal`, and what some devices write instead. */
const DECIMAL = /^\s*[+-]?(\d{1,20}\.?\d{0,20}|\.\d{1,20})(e[+-]?\d{1,3})?\s*$/i;

/** What a GPX file says, of its first track or else its first route. */
export interface ReadRoute {
  name: string;
  sport: RouteSport;
  line: Position[];
}

const fault = (msg: string): Problem => InvalidInput([{ loc: ['file'], msg, type: 'gpx_invalid' }]);

/**
 * Reads a GPX file (1.0 and 1.1, https://www.topografix.com/gpx.asp) while it arrives. It knows the five entities of XML only: a document type is
 * refused before anything is made of it.
 * @throws Problem `invalid_input`, `too_large`
 */
export async function readGpx(bytes: AsyncIterable<Uint8Array>): Promise<ReadRoute> {
  const reader = new GpxReader();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const chunk of bytes) reader.write(decoder.decode(chunk, { stream: true }));
    reader.write(decoder.decode());
    return reader.end();
  } catch (error) {
    // The decoder and the parser throw errors of their own.
    if ((error as { code?: unknown }).code === 'ERR_ENCODING_INVALID_ENCODED_DATA') throw fault('The file is not UTF-8');
    throw error instanceof XmlError ? fault(error.message.slice(0, 200)) : error;
  }
}

class XmlError extends Error {}

/** A piece of the file that has points. */
interface Piece {
  name?: string;
  type?: string;
  line: Position[];
}

class GpxReader {
  private readonly parser = new SaxesParser({ xmlns: true });
  /** The names of the open elements; `-` for those of other namespaces. */
  private readonly path: string[] = [];
  private readonly pieces: Record<'trk' | 'rte', Piece[]> = { trk: [], rte: [] };
  private fileName?: string;
  private points = 0;
  private text = '';

  constructor() {
    this.parser.on('error', ({ message }) => {
      throw new XmlError(message);
    });
    this.parser.on('doctype', () => {
      throw fault('The file must not have a document type');
    });
    this.parser.on('xmldecl', ({ encoding = 'utf-8' }) => {
      if (encoding.toLowerCase() !== 'utf-8') throw fault('The encoding of the file must be UTF-8');
    });
    this.parser.on('opentag', (tag) => this.open(tag));
    this.parser.on('text', (text) => void (this.text += text));
    this.parser.on('cdata', (text) => void (this.text += text));
    this.parser.on('closetag', () => this.close());
  }

  write(text: string): void {
    this.parser.write(text);
  }

  end(): ReadRoute {
    this.parser.close();
    const piece = [...this.pieces.trk, ...this.pieces.rte].find(({ line }) => line.length >= 2);
    if (!piece) throw fault('The file has no track or route of two or more points');
    const { name = this.fileName, type = '', line } = piece;
    return { name: name || 'Route', sport: sportOf(type), line };
  }

  private open({ local, uri, attributes }: SaxesTagNS): void {
    if (!this.path.length && (local !== 'gpx' || !NAMESPACE.test(uri))) throw fault('The file is not GPX');
    this.path.push(NAMESPACE.test(uri) ? local : '-');
    if (this.path.length > DEPTH_MAX) throw fault('The file is nested too deeply');
    this.text = '';
    const [, outer, ...inner] = this.path;
    if (outer !== 'trk' && outer !== 'rte') return;
    if (!inner.length) this.pieces[outer].push({ line: [] });
    if (inner.join('/') !== POINT[outer]) return;
    if (++this.points > POINTS_MAX) throw TooLarge(`A file may have at most ${POINTS_MAX} points.`);
    const read = (name: string, isValid: (value: unknown) => value is number) => this.number(attributes[name]?.value ?? '', name, isValid);
    this.pieces[outer].at(-1)!.line.push([read('lon', isLongitude), read('lat', isLatitude)]);
  }

  private close(): void {
    const [, outer, ...inner] = this.path;
    const name = inner.at(-1);
    if (outer === 'trk' || outer === 'rte') {
      const piece = this.pieces[outer].at(-1)!;
      if (inner.length === 1 && (name === 'name' || name === 'type')) piece[name] = clean(this.text);
      if (inner.join('/') === `${POINT[outer]}/ele`) piece.line.at(-1)![2] = this.number(this.text, 'ele', isHeight);
    }
    if (['gpx/metadata/name', 'gpx/name'].includes(this.path.join('/'))) this.fileName = clean(this.text);
    this.path.pop();
    this.text = '';
  }

  private number(text: string, name: string, isValid: (value: unknown) => value is number): number {
    const value = DECIMAL.test(text) ? Number(text) : NaN;
    if (!isValid(value)) throw fault(`${name} of point ${this.points} is not a number within range`);
    return Math.round(value * 1e7) / 1e7;
  }
}

const POINT = { trk: 'trkseg/trkpt', rte: 'rtept' };

/** One line of text, without control characters. */
const clean = (text: string): string => [...text.replace(/[\p{Cc}\s]+/gu, ' ').trim()].slice(0, NAME_MAX).join('').trim();

const SPORTS: [RegExp, RouteSport][] = [
  [/trail/, 'trail_run'],
  [/run|jog/, 'run'],
  [/hik|walk|trek/, 'hike'],
  [/gravel|cyclocross/, 'gravel_bike'],
  [/mountain|mtb/, 'mtb'],
  [/cycl|bik|ride/, 'road_bike'],
];
/** `type` of a track is free text. */
const sportOf = (type: string): RouteSport => SPORTS.find(([word]) => word.test(type.toLowerCase()))?.[1] ?? 'other';
