import {
  getArgumentValues,
  getDirectiveValues,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  isObjectType,
  Kind,
  type FieldNode,
  type GraphQLResolveInfo,
  type SelectionNode,
} from 'graphql';
import { METRICS } from './metrics/registry.ts';
import { ask, type Question } from './metrics/report.ts';
import type { SkillApplicationArguments } from './metrics/skill-application.ts';
import type { TrainingRoiArguments } from './metrics/training-roi.ts';
import type { SliceSkillApplicationArgs, SliceTrainingRoiArgs } from './schema.generated.ts';

/**
 * The metrics that a query asks of the slices of `workforce`, each alias with its own arguments: a report must
 * know them before it has slices, for its slices are those of its metrics.
 */
export function findAskedMetrics(info: GraphQLResolveInfo): readonly Question[] {
  const slice = info.schema.getType('Slice');
  if (!isObjectType(slice)) throw new Error('the schema has no type Slice');
  const fields = slice.getFields();
  const selected = info.fieldNodes
    .flatMap((node) => selectFields(info, node))
    .filter((node) => node.name.value === 'slices')
    .flatMap((node) => selectFields(info, node));
  // What is asked of the other side of a comparison is asked of both.
  const compared = selected
    .filter((node) => node.name.value === 'comparison')
    .flatMap((node) => selectFields(info, node));
  return [...selected, ...compared].flatMap((node) => {
    const field = fields[node.name.value];
    if (field === undefined) return [];
    const question = askField(node.name.value, getArgumentValues(field, node, info.variableValues));
    return question === null ? [] : [question];
  });
}

/** The metric of a field of `Slice`, with arguments as GraphQL has read them; null for a field that is none. */
export function askField(name: string, args: Readonly<Record<string, unknown>>): Question | null {
  switch (name) {
    case 'headcount':
      return ask(METRICS.headcount, null);
    case 'participation':
      return ask(METRICS.participation, null);
    case 'skillApplication':
      return ask(METRICS.skillApplication, readApplicationArguments(args));
    case 'trainingRoi':
      return ask(METRICS.trainingRoi, readRoiArguments(args));
    case 'completion':
      return ask(METRICS.completion, null);
    case 'assessment':
      return ask(METRICS.assessment, null);
    case 'effort':
      return ask(METRICS.effort, null);
    case 'flow':
      return ask(METRICS.flow, null);
    case 'content':
      return ask(METRICS.content, null);
    default:
      return null;
  }
}

/** An argument given as null means its default. GraphQL has checked the types against the schema. */
export function readApplicationArguments(
  args: Partial<SliceSkillApplicationArgs>,
): SkillApplicationArguments {
  return { windowDays: args.windowDays ?? METRICS.skillApplication.defaults.windowDays };
}

export function readRoiArguments(args: Partial<SliceTrainingRoiArgs>): TrainingRoiArguments {
  const { defaults } = METRICS.trainingRoi;
  return {
    courses: args.courses ?? defaults.courses,
    beforeDays: args.beforeDays ?? defaults.beforeDays,
    afterDays: args.afterDays ?? defaults.afterDays,
  };
}

/** The fields selected under a field, through fragments, without those that a directive leaves out. */
function selectFields(info: GraphQLResolveInfo, parent: FieldNode): readonly FieldNode[] {
  const found: FieldNode[] = [];
  // A fragment that is spread twice selects the same fields again.
  const spread = new Set<string>();
  const visit = (selections: readonly SelectionNode[]): void => {
    for (const selection of selections) {
      if (isLeftOut(info, selection)) continue;
      if (selection.kind === Kind.FIELD) found.push(selection);
      else if (selection.kind === Kind.INLINE_FRAGMENT) visit(selection.selectionSet.selections);
      else if (!spread.has(selection.name.value)) {
        spread.add(selection.name.value);
        visit(info.fragments[selection.name.value]?.selectionSet.selections ?? []);
      }
    }
  };
  visit(parent.selectionSet?.selections ?? []);
  return found;
}

function isLeftOut(info: GraphQLResolveInfo, node: SelectionNode): boolean {
  const skip = getDirectiveValues(GraphQLSkipDirective, node, info.variableValues);
  const include = getDirectiveValues(GraphQLIncludeDirective, node, info.variableValues);
  return skip?.['if'] === true || include?.['if'] === false;
}
