import type { Position } from '@skep/contracts/coach';
import XMLBuilder from 'fast-xml-builder';
import type { RouteContent } from './to-route.js';

const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@' });

/** What XML 1.0 has no place for (https://www.w3.org/TR/xml/#charsets). */
const NO_XML = /[^\P{Cc}\t\n\r]|[\uFFFE\uFFFF]/gu;

/** A route as GPX 1.1, with one track. */
export const writeGpx = ({ name, sport, attribution, geometry }: RouteContent): string => {
  const title = name.toWellFormed().replace(NO_XML, '');
  const copyright = attribution.toWellFormed().replace(NO_XML, '');
  return builder.build({
    '?xml': { '@version': '1.0', '@encoding': 'UTF-8' },
    gpx: {
      ...{ '@version': '1.1', '@creator': 'Skep', '@xmlns': 'http://www.topografix.com/GPX/1/1' },
      metadata: { name: title, ...(copyright && { copyright: { '@author': copyright } }) },
      trk: { name: title, type: sport, trkseg: { trkpt: geometry.coordinates.map(toPoint) } },
    },
  });
};

/** In decimals: `xsd:decimal` has no exponents. */
const toPoint = ([lon, lat, height]: Position) => ({
  ...{ '@lat': lat.toFixed(7), '@lon': lon.toFixed(7) },
  ...(height !== undefined && { ele: height.toFixed(2) }),
});
