import { Text } from '@skep/contracts';

/** Below the default of SKEP_DATA. */
export const DEFAULT_OBJECTS = 'file:.data/objects';

/** The setting of a process that reads or writes files. */
export const ObjectsUrl = (): PropertyDecorator =>
  Text({
    pattern: /^(file:.|s3:\/\/.)/,
    example: 's3://skep-files?endpoint=https://s3.example.com',
    description:
      'Where files are stored: `file:` and a folder, or `s3://bucket/prefix?endpoint=…&region=…` with the AWS_* variables of the SDK. The same for all services.',
  });
