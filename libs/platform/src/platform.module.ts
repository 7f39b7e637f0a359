import { type DynamicModule, Module } from '@nestjs/common';

/** A global module with the values that every class may inject: configuration, `Bus`, `Metrics` and `LOG`; in a service also `Database`, `Outbox` and, with SKEP_OBJECTS, `OwnedObjects`. */
@Module({})
export class PlatformModule {
  static with(values: [token: unknown, value: unknown][]): DynamicModule {
    const providers = values.map(([provide, useValue]) => ({ provide: provide as symbol, useValue }));
    return { module: PlatformModule, global: true, providers, exports: providers.map(({ provide }) => provide) };
  }
}
