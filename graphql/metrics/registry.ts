import { createHash } from 'node:crypto';
import { assessment } from './assessment.ts';
import { completion } from './completion.ts';
import { content } from './content.ts';
import { effort } from './effort.ts';
import { flow } from './flow.ts';
import { headcount } from './headcount.ts';
import { participation } from './participation.ts';
import { skillApplication } from './skill-application.ts';
import { trainingRoi } from './training-roi.ts';

/** Every metric, by the name of its field in the schema. */
export const METRICS = {
  headcount,
  participation,
  skillApplication,
  trainingRoi,
  completion,
  assessment,
  effort,
  flow,
  content,
} as const;

/** Changes whenever the words of a definition do, so that two answers that differ in it are not compared. */
export const DEFINITION_VERSION = createHash('sha256')
  .update(
    JSON.stringify(
      Object.values(METRICS).map(({ name, unit, definition, source, defaults }) => [
        name,
        unit,
        definition,
        source,
        defaults,
      ]),
    ),
  )
  .digest('hex')
  .slice(0, 12);
