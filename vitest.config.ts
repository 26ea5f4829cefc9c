import { defineConfig } from 'vitest/config';
import { PROJECTS } from './host/setup/projects.mjs';

export default defineConfig({
  test: {
    // One more than the cores that this must do with: many tests wait for programs that they start.
    maxWorkers: 3,
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
