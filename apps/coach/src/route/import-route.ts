import { TooLarge } from '@skep/contracts';
import type { ImportRoute as Input } from '@skep/contracts/coach';
import { OwnedObjects } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { readGpx } from './read-gpx.js';
import { fitting, type RouteContent, toContent, toWaypoint } from './to-route.js';

const MAX_BYTES = 5 << 20;

/** Reads a GPX file that was uploaded, and removes it. */
@Injectable()
export class ImportRoute {
  constructor(private readonly objects: OwnedObjects) {}

  /** @throws Problem `invalid_input`, `too_large`; `not_found` if the file has been read before */
  async run({ file, sport }: Input): Promise<RouteContent> {
    try {
      if (file.size > MAX_BYTES) throw TooLarge(`A file may have at most ${MAX_BYTES} bytes.`);
      const read = await readGpx(await this.objects.read(file.object_id));
      const line = fitting(read.line);
      const waypoints = [line[0]!, line.at(-1)!].map(toWaypoint);
      const about = { name: read.name, sport: sport ?? read.sport, engine: 'import', attribution: '' };
      return toContent(line, { ...about, waypoints, ascent_m: 0, descent_m: 0 });
    } finally {
      await this.objects.removeUnkept([file.object_id]);
    }
  }
}
