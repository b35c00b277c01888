import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { Warehouse } from '../../graphql/warehouse/warehouse.ts';
import { ADA, BEN, describeWarehouse, World } from './world.ts';

const CHILD = fileURLToPath(new URL('project-in-child.ts', import.meta.url));
const STATEMENTS = 6_000;
const BATCH = 1_000;

/** Kills a process that projects, at some moment; true when it was still at work. */
async function killWhileProjecting(world: World, afterMs: number): Promise<boolean> {
  const child = fork(CHILD, [world.dataDir, world.warehousePath]);
  const exited = new Promise<string | null>((resolve) => {
    child.once('exit', (_, signal) => resolve(signal));
  });
  await new Promise((resolve) => child.once('message', resolve));
  setTimeout(() => child.kill('SIGKILL'), afterMs);
  return (await exited) === 'SIGKILL';
}

test('a projection that is killed again and again ends in the rows of a rebuild', async () => {
  const world = await World.open();
  try {
    await world.warehouse.close();
    await world.put('people', { id: 'ada', agents: [ADA] }, { id: 'ben', agents: [BEN] });
    for (let stored = 0; stored < STATEMENTS; stored += BATCH)
      await world.append(
        ...Array.from({ length: BATCH }, (_, i) => ({
          actor: { mbox: i % 2 === 0 ? ADA : BEN },
          verb: { id: 'https://w3id.org/xapi/video/verbs/played' },
          result: { duration: 'PT1S' },
        })),
      );
    const kills: boolean[] = [];
    for (const afterMs of [5, 60, 150, 300]) kills.push(await killWhileProjecting(world, afterMs));
    expect(kills).toContain(true);

    world.warehouse = await Warehouse.open(world.warehousePath);
    await world.project();
    const rebuilt = await Warehouse.open(':memory:');
    await rebuilt.project(world.store, await world.store.consistentThrough());
    expect(await describeWarehouse(world.warehouse)).toEqual(await describeWarehouse(rebuilt));
    const total = 'SELECT count(*) AS events, sum(seconds) AS seconds FROM event';
    expect(await world.warehouse.query(total)).toEqual([
      { events: STATEMENTS, seconds: STATEMENTS },
    ]);
    await rebuilt.close();
  } finally {
    await world.close();
  }
}, 120_000);
