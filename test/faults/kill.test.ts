import { expect, test } from '@jest/globals';
import { runKillRounds } from '../../scripts/faults/kill.ts';

/** The short form of `npm run faults`. */
test('what was acknowledged is there after kill -9: once, whole, and nothing that was refused', async () => {
  const report = await runKillRounds({ rounds: 2, writers: 64, seed: 'short' });
  expect(report.faults).toEqual([]);
  expect(report.acknowledged).toBeGreaterThan(0);
  const { server, group, starting } = report.kills;
  expect(server + group + starting).toBe(2);
}, 120_000);
