import { activitiesOf } from './index-keys.ts';
import type {
  ActivityDefinition,
  InteractionComponent,
  LanguageMap,
  Statement,
} from './statement.ts';

/** What one statement says of one activity. */
export interface SentDefinition {
  /** The activity's. */
  readonly id: string;
  /** An ActivityDefinition. */
  readonly json: string;
}

/** Every definition in a statement, those of its context and SubStatement too; the object's own comes last, and so wins. */
export function collectDefinitions(statement: Statement): SentDefinition[] {
  return activitiesOf(statement).flatMap(({ id, definition }) =>
    definition === undefined ? [] : [{ id, json: JSON.stringify(definition) }],
  );
}

const COMPONENT_LISTS = ['choices', 'scale', 'source', 'target', 'steps'] as const;

/**
 * All that is known of an activity once `later` has been said of it too: "all available information
 * about an activity from any statements" (Communication §2.5). Each member is the later one's, but maps
 * by language and by extension keep the entries that the later one does not have.
 */
export function mergeDefinitions(
  earlier: ActivityDefinition,
  later: ActivityDefinition,
): ActivityDefinition {
  return {
    ...earlier,
    ...later,
    ...mergeMember('name', earlier, later),
    ...mergeMember('description', earlier, later),
    ...mergeMember('extensions', earlier, later),
    ...Object.fromEntries(
      COMPONENT_LISTS.flatMap((list) => {
        const components = later[list];
        return components === undefined
          ? []
          : [[list, mergeComponents(earlier[list] ?? [], components)]];
      }),
    ),
  };
}

/** As `mergeDefinitions`, on JSON; equal texts in, the same text out. */
export function mergeDefinitionTexts(earlier: string | null, later: string): string {
  if (earlier === null || earlier === later) return later;
  return JSON.stringify(
    mergeDefinitions(
      JSON.parse(earlier) as ActivityDefinition,
      JSON.parse(later) as ActivityDefinition,
    ),
  );
}

function mergeMember(
  member: 'name' | 'description' | 'extensions',
  earlier: ActivityDefinition,
  later: ActivityDefinition,
): ActivityDefinition {
  if (earlier[member] === undefined || later[member] === undefined) return {};
  return { [member]: { ...earlier[member], ...later[member] } };
}

/** The later list, for it belongs to the later correctResponsesPattern; what is the same component keeps its other languages. */
function mergeComponents(
  earlier: readonly InteractionComponent[],
  later: readonly InteractionComponent[],
): InteractionComponent[] {
  const known = new Map(earlier.map(({ id, description }) => [id, description]));
  return later.map((component) => {
    const description: LanguageMap = { ...known.get(component.id), ...component.description };
    return Object.keys(description).length === 0 ? component : { ...component, description };
  });
}
