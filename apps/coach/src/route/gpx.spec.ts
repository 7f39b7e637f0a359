import { type Position, ROUTE_SPORTS } from '@skep/contracts/coach';
import { isRefusal } from '@skep/contracts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readGpx, type ReadRoute } from './read-gpx.js';
import { toContent } from './to-route.js';
import { writeGpx } from './write-gpx.js';

/** In pieces of some bytes, as a file arrives. */
async function* pieces(text: string | Uint8Array, size = 50): AsyncGenerator<Uint8Array> {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
}
const read = (text: string | Uint8Array, size?: number): Promise<ReadRoute> => readGpx(pieces(text, size));
const faultOf = (text: string | Uint8Array) =>
  read(text).then(
    () => 'accepted',
    (error: unknown) => (isRefusal(error) ? JSON.stringify(error.body.detail) : Promise.reject(error)),
  );
const point = (lat: unknown, lon: unknown, ele: unknown = 1) =>
  `<trkpt lat="${String(lat)}" lon="${String(lon)}"><ele>${String(ele)}</ele></trkpt>`;
const gpx = (points: string, head = '') =>
  `<?xml version="1.0" encoding="UTF-8"?>${head}<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>${points}</trkseg></trk></gpx>`;
const TWO = point(41, 2) + point(41.1, 2);

const coordinate = (limit: number) => fc.integer({ min: -limit * 1e7, max: limit * 1e7 }).map((n) => n / 1e7);
const lines = fc.array(
  fc.tuple(
    coordinate(180),
    coordinate(90),
    fc.integer({ min: -50_000, max: 800_000 }).map((cm) => cm / 100),
  ) as fc.Arbitrary<Position>,
  { minLength: 2, maxLength: 30 },
);
const about = {
  sport: 'run' as const,
  engine: 'import',
  attribution: '© OpenStreetMap <contributors>',
  waypoints: [],
  ascent_m: 0,
  descent_m: 0,
};

describe('a GPX file', () => {
  it('that was written comes back as it was, whatever the name', async () => {
    await fc.assert(
      fc.asyncProperty(
        lines,
        fc.string({ unit: 'binary', minLength: 1, maxLength: 80 }),
        fc.constantFrom(...ROUTE_SPORTS),
        async (line, name, sport) => {
          const back = await read(writeGpx(toContent(line, { ...about, name, sport })));
          expect(back.line).toEqual(line.map(([lon, lat, height]) => [lon + 0, lat + 0, height! + 0]));
          expect([back.name, back.sport]).toEqual([expect.any(String), sport]);
        },
      ),
    );
  });

  it('names what it holds, with its markup escaped', async () => {
    const text = writeGpx(toContent([[2, 41, 1], [2, 41.1, 1]], { ...about, name: 'Hill & <Loop> "1"\u0000' })); // prettier-ignore
    expect(text).toContain('Hill &amp; &lt;Loop&gt;');
    expect(text).not.toContain('\u0000');
    expect((await read(text)).name).toBe('Hill & <Loop> "1"');
  });

  it.each([
    ['a latitude', point(123, 2)],
    ['a latitude that is no number', point('abc', 2)],
    ['an infinite longitude', point(1, '1e999')],
    ['a hexadecimal longitude', point(1, '0x10')],
    ['no longitude', '<trkpt lat="1"/>'],
    ['a height above all mountains', point(1, 1, 1e9)],
    ['a height that is no number', point(1, 1, 'NaN')],
  ])('with %s out of range is refused', async (_, bad) => {
    expect(await faultOf(gpx(bad + TWO))).toMatch(/not a number within range/);
  });

  it('with any numbers is refused, or has points that exist', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.double(), fc.double(), fc.double()), { minLength: 2, maxLength: 5 }), async (all) => {
        const text = gpx(all.map(([lat, lon, ele]) => point(lat, lon, ele)).join(''));
        const isValid = all.every(([lat, lon, ele]) => Math.abs(lat) <= 90 && Math.abs(lon) <= 180 && ele >= -12_000 && ele <= 20_000);
        const fault = await faultOf(text);
        if (fault === 'accepted') expect(isValid).toBe(true);
      }),
    );
  });

  it('never fails otherwise than by a refusal, whatever is changed in it', async () => {
    const bytes = Buffer.from(gpx(TWO));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 6 }),
        async (changes) => {
          const changed = Buffer.from(bytes);
          for (const [at, byte] of changes) changed[at] = byte;
          expect(typeof (await faultOf(changed))).toBe('string');
        },
      ),
      { numRuns: 300 },
    );
    await fc.assert(fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => expect(typeof (await faultOf(text))).toBe('string')));
  });

  it.each([
    ['a document type with an external entity', '<!DOCTYPE gpx [<!ENTITY a SYSTEM "file:///etc/hostname">]>', 'document type'],
    ['an empty document type', '<!DOCTYPE gpx>', 'document type'],
  ])('with %s is refused', async (_, head, reason) => expect(await faultOf(gpx(TWO, head))).toMatch(reason));

  it('with an entity that XML does not know is refused', async () =>
    expect(await faultOf(gpx(TWO).replace('<trkseg>', '<name>&a;</name><trkseg>'))).toMatch(/entity/));

  it('that is nested deeply, or has too many points, is refused', async () => {
    expect(await faultOf(gpx(`${'<a>'.repeat(40)}${'</a>'.repeat(40)}`))).toMatch(/nested too deeply/);
    expect(await faultOf(gpx('<trkpt lat="1" lon="1"/>'.repeat(100_001)))).toMatch(/at most 100000 points/);
  });

  it('of another encoding, another kind or without a line is refused', async () => {
    expect(await faultOf(Buffer.from([0xff, 0xfe, 0x3c, 0x00]))).toMatch(/not UTF-8/);
    expect(await faultOf(gpx(TWO).replace('UTF-8', 'ISO-8859-1'))).toMatch(/must be UTF-8/);
    expect(await faultOf('<kml/>')).toMatch(/not GPX/);
    expect(await faultOf('')).not.toBe('accepted');
    expect(await faultOf(gpx(point(1, 1)))).toMatch(/two or more points/);
    expect(await faultOf('this is not xml')).not.toBe('accepted');
  });

  it('of version 1.0, with a route, extensions or several segments is read', async () => {
    const route =
      '<gpx version="1.0" xmlns="http://www.topografix.com/GPX/1/0"><name>Old</name><rte><rtept lat="1" lon="2"/><rtept lat="1" lon="3"/></rte></gpx>';
    expect(await read(route)).toEqual({ name: 'Old', sport: 'other', line: [[2, 1], [3, 1]] }); // prettier-ignore
    const extended = gpx(
      `${point(1, 2)}</trkseg><trkseg><trkpt lat="1" lon="3"><extensions><x:trkpt xmlns:x="urn:x" lat="999"/></extensions></trkpt>`,
    );
    expect((await read(extended, 7)).line).toEqual([[2, 1, 1], [3, 1]]); // prettier-ignore
    const typed = gpx(TWO).replace('<trkseg>', '<name><![CDATA[Up & down]]></name><type>Trail Running</type><trkseg>');
    expect(await read(typed)).toMatchObject({ name: 'Up & down', sport: 'trail_run' });
  });
});
