import { e2eTest, type Mutant } from '@skep/testkit';

const LISTINGS = 'src/listing/listing.repository.js';
const GOES = e2eTest('icon', 'goes with an app that is listed no more, or whose developer is erased');

/** Every planted bug: what could make an icon public that should not be. */
export const mutants: Mutant[] = [
  {
    name: 'an icon that runs a script is public once it is approved',
    file: LISTINGS,
    find: 'icon_svg && !svgIconFault(icon_svg) ? icon_svg : null',
    plant: 'icon_svg ?? null',
    test: e2eTest('icon', 'with a script is none, whatever an approval says'),
  },
  {
    name: 'the icon of a delisted app stays public',
    file: LISTINGS,
    find: 'where l.app_id = $1 and not l.system and not ${DELISTED}',
    plant: 'where l.app_id = $1 and not l.system',
    test: GOES,
  },
  {
    name: 'the icon of a system app is public',
    file: LISTINGS,
    find: 'where l.app_id = $1 and not l.system and not ${DELISTED}',
    plant: 'where l.app_id = $1 and not ${DELISTED}',
    test: GOES,
  },
];
