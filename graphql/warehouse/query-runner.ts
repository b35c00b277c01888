/** A value bound to a `$name` parameter of a warehouse query. Instants are bound as `TimestampParameter`. */
export type Parameter = string | number | boolean | null | readonly string[] | TimestampParameter;

/** Microseconds since 1970, bound as TIMESTAMP. */
export interface TimestampParameter {
  readonly timestampMicros: number;
}

export type Cell =
  string | number | boolean | null | readonly Cell[] | { readonly [field: string]: Cell };
export type Row = Readonly<Record<string, Cell>>;

/**
 * Reads the warehouse. Values come back as plain JSON values: BIGINT and DECIMAL as numbers, TIMESTAMP as
 * microseconds since 1970 (numbers), LIST as arrays, STRUCT as objects.
 */
export interface QueryRunner {
  query(sql: string, parameters: Readonly<Record<string, Parameter>>): Promise<readonly Row[]>;
}
