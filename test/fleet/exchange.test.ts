/** The traffic in memory keeps what every store of it promises. */
import { MemoryExchange } from '../../fleet/exchange/memory.ts';
import { promisesOfAnExchange } from './support/exchange-contract.ts';

promisesOfAnExchange(async () => {
  const store = new MemoryExchange();
  return { store, second: store };
});
