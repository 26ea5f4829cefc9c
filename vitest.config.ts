import { defineConfig } from 'vitest/config';
import { PROJECTS } from './host/setup/projects.mjs';

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: PROJECTS.map(({ name }) => ({
      test: {
        name,
        include: [`test/${name}/**/*.test.ts`],
        testTimeout: 300_000,
        hookTimeout: 60_000,
        pool: 'forks',
        isolate: false,
      },
    })),
  },
});
