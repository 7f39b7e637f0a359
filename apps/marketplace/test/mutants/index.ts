import { e2eTest, type Mutant } from '@skep/testkit';

const LISTINGS = 'src/listing/listing.repository.js';
const NOT_SERVED = e2eTest('icon', 'is not served for an app that is delisted, or whose developer is erased');

/** Planted bugs: each would make an icon public that must not be. */
export const mutants: Mutant[] = [
  {
    name: 'an approved icon with a script is public',
    file: LISTINGS,
    find: 'icon_svg && !svgIconFault(icon_svg) ? icon_svg : null',
    plant: 'icon_svg ?? null',
    test: e2eTest('icon', 'with a script is dropped, although it was approved'),
  },
  {
    name: 'the icon of a delisted app stays public',
    file: LISTINGS,
    find: 'where l.app_id = :app_id and l.listed',
    plant: 'where l.app_id = :app_id and not l.system',
    test: NOT_SERVED,
  },
  {
    name: 'the icon of a system app is public',
    file: LISTINGS,
    find: 'set listed = not l.system and not exists (',
    plant: 'set listed = not exists (',
    test: NOT_SERVED,
  },
];
