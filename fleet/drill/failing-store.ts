import { HoldfastError } from '../../host/common/errors.ts';
import type { ExchangeStore } from '../exchange/store.ts';

/** A store that cannot be reached at times. */
export function failing(store: ExchangeStore, isGone: () => boolean): ExchangeStore {
  return new Proxy<ExchangeStore>(store, {
    get(_, name) {
      const value: unknown = Reflect.get(store, name, store);
      if (typeof value !== 'function' || name === 'watch')
        return typeof value === 'function' ? value.bind(store) : value;
      return async (...given: unknown[]) => {
        if (isGone())
          throw new HoldfastError('DATABASE_UNREACHABLE', 'the database does not answer', { exitCode: 3 });
        return (value as (...args: unknown[]) => unknown).apply(store, given);
      };
    },
  });
}
