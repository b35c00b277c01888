import type { Instant } from '../../../statements/instant.ts';
import type { Database } from './database.ts';
import type { RenameEntry, TextsEntry } from './entry.ts';

/** The link's number guards each text, so that one who comes late cannot bring an older one back. */
export async function applyTexts(
  { statements }: Database,
  link: number,
  { texts }: TextsEntry,
): Promise<void> {
  if (texts.length === 0) return;
  await statements.bulkWrite(
    texts.map(({ id, text }) => ({
      updateOne: {
        filter: { _id: id, textLink: { $not: { $gte: link } } },
        update: { $set: { text, textLink: link } },
      },
    })),
    { ordered: false },
  );
}

/** In two steps, each of which may be taken again; what was stored after the link keeps its keys. */
export async function applyRename(
  { statements }: Database,
  first: Instant,
  { from, to }: RenameEntry,
): Promise<void> {
  const having = { keys: from, stored: { $lt: first } };
  await statements.updateMany(having, { $addToSet: { keys: to } });
  await statements.updateMany(having, { $pull: { keys: from } });
}
