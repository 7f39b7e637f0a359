import { e2eTest as test, type Mutant } from '@skep/testkit';

/** Bugs in sending icons. */
export const icons: Mutant[] = [
  {
    name: 'an icon opened as a page may run scripts of this origin',
    file: 'src/http/raw-response.js',
    find: "'content-security-policy': SANDBOX,",
    plant: '',
    test: test('icon', 'runs and loads nothing, even when it is opened as a page'),
  },
];
