import { type DynamicModule, Module } from '@nestjs/common';

/** A global module with the values that every class may inject: configuration, `Bus`, `Metrics` and `LOG`; in a service also `Database`, `Outbox`, with SKEP_OBJECTS `OwnedObjects`, and `Sockets` if it has any. */
@Module({})
export class PlatformModule {
  static with(values: [token: unknown, value: unknown][]): DynamicModule {
    const providers = values.map(([provide, useValue]) => ({ provide: provide as symbol, useValue }));
    return { module: PlatformModule, global: true, providers, exports: providers.map(({ provide }) => provide) };
  }
}
