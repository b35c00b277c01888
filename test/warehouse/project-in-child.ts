/** Projects until it is killed or done; says when it starts. Small batches, so that a kill falls between some. */
import { Warehouse } from '../../graphql/warehouse/warehouse.ts';
import { instantOfDate } from '../../statements/instant.ts';
import { openLogReader } from '../../src/storage/open-store.ts';

const [dataDir = '', warehousePath = ''] = process.argv.slice(2);
const log = await openLogReader({ store: 'sqlite', dataDir });
const warehouse = await Warehouse.open(warehousePath);
process.send?.('started');
await warehouse.project(
  {
    readRecordChanges: (after, limit) => log.readRecordChanges(after, limit),
    readLog: (after) => log.readLog(after, 50),
  },
  instantOfDate(new Date()),
);
process.exit(0);
