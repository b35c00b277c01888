import type { SentDefinition } from './activity-definition.ts';
import { formatInstant, type Instant } from './instant.ts';
import type { StatementId } from './statement.ts';

/**
 * What a validated statement becomes before it is stored: its text, and everything the store needs to
 * find it again, so that the store never parses JSON on the way in.
 */
export interface PreparedStatement {
  /** Lower case, whatever case the text has. */
  readonly id: StatementId;
  /**
   * The statement's JSON text exactly as it will be returned, without `stored`, without the closing
   * brace. The store closes it when it knows the instant (`closeText`).
   */
  readonly openText: string;
  /** True when the client sent no `timestamp`: the store then appends one equal to `stored` (Data §2.4.7). */
  readonly needsTimestamp: boolean;
  /** Index keys, distinct, see `index-keys.ts`. */
  readonly keys: readonly string[];
  /** The target when the object is a StatementRef; its keys are inherited (Communication §2.1.4). */
  readonly refersTo: StatementId | null;
  /** True when the verb is `voided`; then `refersTo` is the statement to void. */
  readonly voids: boolean;
  /** What the statement says of activities; the store merges each into what it knows of that activity. */
  readonly definitions: readonly SentDefinition[];
}

/** The text as it is returned, once the store knows when it is stored. */
export function closeText(
  { openText, needsTimestamp }: Pick<PreparedStatement, 'openText' | 'needsTimestamp'>,
  stored: Instant,
): string {
  const instant = formatInstant(stored);
  return `${openText},"stored":"${instant}"${needsTimestamp ? `,"timestamp":"${instant}"` : ''}}`;
}

export interface StoredStatement {
  readonly id: StatementId;
  readonly stored: Instant;
  /** The exact JSON text. */
  readonly text: string;
  readonly voided: boolean;
}
