import { agentKey, isActivity } from '../../statements/index-keys.ts';
import {
  CONTEXT_ACTIVITY_KINDS,
  type Activity,
  type Context,
  type Extensions,
  type Statement,
} from '../../statements/statement.ts';

/** What rules look at in a statement, gathered once for all of them. */
export interface Facts {
  readonly verb: string;
  /** Null when the object is no activity. */
  readonly activity: Activity | null;
  /** Parent, grouping, category, other, each in the order of the statement. */
  readonly contextActivities: readonly Activity[];
  /** `context.platform`, or what a rule set in its place. */
  readonly platform: string | null;
  readonly authority: string | null;
  /** Of the context, the result and the object; those that the statement has. */
  readonly extensions: readonly Extensions[];
  readonly completion: boolean | undefined;
  readonly success: boolean | undefined;
  readonly score: boolean;
}

export function readFacts({ verb, object, result, context, authority }: Statement): Facts {
  const activity = isActivity(object) ? object : null;
  const extensions = [
    context?.extensions,
    result?.extensions,
    activity?.definition?.extensions,
  ].filter((found) => found !== undefined);
  return {
    verb: verb.id,
    activity,
    contextActivities: listContextActivities(context),
    platform: context?.platform ?? null,
    authority: authority === undefined ? null : agentKey(authority),
    extensions,
    completion: result?.completion,
    success: result?.success,
    score: result?.score !== undefined,
  };
}

function listContextActivities(context: Context | undefined): readonly Activity[] {
  const given = context?.contextActivities;
  if (given === undefined) return [];
  return CONTEXT_ACTIVITY_KINDS.flatMap((kind) => given[kind] ?? []);
}
