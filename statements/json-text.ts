import { PraxisError } from './errors.ts';
import { depthLimit, uniqueNames, wellFormed } from './rules/json.ts';

/**
 * Where things are in a JSON text, so that what a client sent can be kept, cut or replaced to the byte:
 * parsing and writing again would turn 1.0 into 1 and 12345678901234567890 into another number.
 *
 * `JSON.parse` alone judges well-formedness; every other function here takes well-formed text on trust.
 * Offsets are UTF-16 code units, `end` is exclusive.
 */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** `start` is the opening quote of the name, `end` the end of the value. */
export interface MemberSpan extends Span {
  readonly name: string;
  readonly valueStart: number;
}

export const MAX_DEPTH = 64;

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Throws MALFORMED, with the position as the JavaScript engine words it. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new PraxisError('MALFORMED', `The text is not valid JSON: ${reason}.`, [
      { rule: wellFormed.id, path: 'the body', message: `${reason}; send RFC 8259 JSON in UTF-8` },
    ]);
  }
}

/**
 * Refuses a member name that occurs twice in one object, which `JSON.parse` would settle silently by
 * the last, and nesting beyond MAX_DEPTH, which would cost every later walk its stack. Throws INVALID
 * with the JSON Pointer of the member or value.
 */
export function checkStructure(text: string): void {
  const frames: Frame[] = [];
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === QUOTE) {
      const end = endOfString(text, i);
      const frame = frames[depth - 1];
      if (frame?.expectsName === true) {
        nameMember(frames, depth, text.slice(i + 1, end - 1));
        frame.expectsName = false;
      }
      i = end - 1;
    } else if (c === COMMA) {
      const frame = frames[depth - 1];
      if (frame !== undefined) {
        frame.index++;
        frame.expectsName = frame.isObject;
      }
    } else if (c === OPEN_OBJECT || c === OPEN_ARRAY) {
      if (depth === MAX_DEPTH) throw tooDeep(frames);
      openFrame(frames, depth++, c === OPEN_OBJECT);
    } else if (c === CLOSE_OBJECT || c === CLOSE_ARRAY) {
      depth--;
    }
  }
}

/** Frames are reused from one object to the next: a body has a hundred thousand of them, and 64 alive. */
interface Frame {
  isObject: boolean;
  expectsName: boolean;
  /** Of the element, in an array. */
  index: number;
  name: string;
  count: number;
  names: string[];
  /** Beyond a handful of names a set is quicker than a look along the list. */
  set: Set<string> | null;
}

const LIST_LIMIT = 16;

function openFrame(frames: Frame[], depth: number, isObject: boolean): void {
  const frame = (frames[depth] ??= {
    isObject,
    expectsName: isObject,
    index: 0,
    name: '',
    count: 0,
    names: [],
    set: null,
  });
  frame.isObject = isObject;
  frame.expectsName = isObject;
  frame.index = 0;
  frame.count = 0;
  frame.set = null;
}

function nameMember(frames: readonly Frame[], depth: number, raw: string): void {
  const frame = frames[depth - 1];
  if (frame === undefined) return;
  // "actor" and "\u0061ctor" are one name (RFC 8259 §8.3).
  const name = raw.includes('\\') ? unescape(raw) : raw;
  frame.name = name;
  if (isKnown(frame, name)) throw duplicateName(frames.slice(0, depth), name);
  frame.names[frame.count++] = name;
  if (frame.set !== null) frame.set.add(name);
  else if (frame.count > LIST_LIMIT) frame.set = new Set(frame.names.slice(0, frame.count));
}

function isKnown(frame: Frame, name: string): boolean {
  if (frame.set !== null) return frame.set.has(name);
  for (let i = 0; i < frame.count; i++) if (frame.names[i] === name) return true;
  return false;
}

function unescape(raw: string): string {
  return String(JSON.parse(`"${raw}"`));
}

function duplicateName(frames: readonly Frame[], name: string): PraxisError {
  return new PraxisError('INVALID', `The name "${name}" occurs twice in one object.`, [
    {
      rule: uniqueNames.id,
      path: pointerOf(frames),
      message: `"${name}" occurs twice; send it once`,
    },
  ]);
}

function tooDeep(frames: readonly Frame[]): PraxisError {
  return new PraxisError('INVALID', `The JSON is nested deeper than ${MAX_DEPTH} levels.`, [
    {
      rule: depthLimit.id,
      path: pointerOf(frames),
      message: `flatten what is nested below level ${MAX_DEPTH}`,
    },
  ]);
}

function pointerOf(frames: readonly Frame[]): string {
  return frames.map(({ isObject, name, index }) => pointer(isObject ? name : index)).join('');
}

/** One token of a JSON Pointer (RFC 6901), with its slash. */
export function pointer(token: string | number): string {
  return `/${String(token).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** The spans of an array's elements, or of the value itself when it is no array. */
export function elementSpans(text: string, at = 0): Span[] {
  const start = skipSpace(text, at);
  if (text.charCodeAt(start) !== OPEN_ARRAY) return [{ start, end: endOfValue(text, start) }];
  const spans: Span[] = [];
  let i = skipSpace(text, start + 1);
  while (text.charCodeAt(i) !== CLOSE_ARRAY) {
    const end = endOfValue(text, i);
    spans.push({ start: i, end });
    i = skipComma(text, end);
  }
  return spans;
}

/** The spans of an object's members, in their order; empty when the value at `at` is no object. */
export function memberSpans(text: string, at = 0): MemberSpan[] {
  const spans: MemberSpan[] = [];
  const open = skipSpace(text, at);
  if (text.charCodeAt(open) !== OPEN_OBJECT) return spans;
  let start = skipSpace(text, open + 1);
  while (text.charCodeAt(start) !== CLOSE_OBJECT) {
    const nameEnd = endOfString(text, start);
    const raw = text.slice(start + 1, nameEnd - 1);
    const valueStart = skipSpace(text, skipSpace(text, nameEnd) + 1);
    const end = endOfValue(text, valueStart);
    spans.push({ name: raw.includes('\\') ? unescape(raw) : raw, start, valueStart, end });
    start = skipComma(text, end);
  }
  return spans;
}

/** What becomes of a value's text. */
export type Edit = (value: string) => string;

/** What becomes of a member's value; null removes the member. */
export type MemberEdit = (value: string) => string | null;

/** Edits the named members of an object, in place: order, spacing and all other text stay as they are. */
export function editMembers(edits: Readonly<Record<string, MemberEdit>>): Edit {
  const byName = new Map(Object.entries(edits));
  return (text) => {
    const members = memberSpans(text);
    let edited = '';
    let previousEnd = 0;
    let isFirst = true;
    for (const { name, start, valueStart, end } of members) {
      const edit = byName.get(name);
      const value =
        edit === undefined ? text.slice(valueStart, end) : edit(text.slice(valueStart, end));
      if (value !== null) {
        // What stands between two members is the comma; the first that stays takes the opening brace instead.
        edited += isFirst ? text.slice(0, members[0]?.start) : text.slice(previousEnd, start);
        edited += text.slice(start, valueStart) + value;
        isFirst = false;
      }
      previousEnd = end;
    }
    return isFirst ? '{}' : edited + text.slice(previousEnd);
  };
}

/** Keeps the named members of an object and drops the rest. */
export function keepMembers(names: readonly string[]): Edit {
  return (text) =>
    `{${memberSpans(text)
      .filter(({ name }) => names.includes(name))
      .map(({ start, end }) => text.slice(start, end))
      .join(',')}}`;
}

/** Edits each element of an array, or the value itself when it is no array. */
export function editElements(edit: Edit): Edit {
  return (text) => {
    if (!text.startsWith('[')) return edit(text);
    return `[${elementSpans(text)
      .map(({ start, end }) => edit(text.slice(start, end)))
      .join(',')}]`;
  };
}

/** Past the closing quote of the string that opens at `open`. */
function endOfString(text: string, open: number): number {
  let quote = text.indexOf('"', open + 1);
  while (isEscaped(text, quote)) quote = text.indexOf('"', quote + 1);
  return quote + 1;
}

/** A quote is escaped when an odd number of backslashes stands before it. */
function isEscaped(text: string, quote: number): boolean {
  let i = quote - 1;
  while (text.charCodeAt(i) === BACKSLASH) i--;
  return (quote - i) % 2 === 0;
}

function endOfValue(text: string, start: number): number {
  const first = text.charCodeAt(start);
  if (first === QUOTE) return endOfString(text, start);
  if (first !== OPEN_OBJECT && first !== OPEN_ARRAY) return endOfScalar(text, start);
  let depth = 0;
  for (let i = start; ; i++) {
    const c = text.charCodeAt(i);
    if (c === QUOTE) i = endOfString(text, i) - 1;
    else if (c === OPEN_OBJECT || c === OPEN_ARRAY) depth++;
    else if ((c === CLOSE_OBJECT || c === CLOSE_ARRAY) && --depth === 0) return i + 1;
  }
}

function endOfScalar(text: string, start: number): number {
  let i = start;
  while (i < text.length) {
    const c = text.charCodeAt(i);
    if (c <= 0x20 || c === COMMA || c === CLOSE_OBJECT || c === CLOSE_ARRAY) break;
    i++;
  }
  return i;
}

function skipSpace(text: string, start: number): number {
  let i = start;
  while (text.charCodeAt(i) <= 0x20) i++;
  return i;
}

function skipComma(text: string, start: number): number {
  const i = skipSpace(text, start);
  return text.charCodeAt(i) === COMMA ? skipSpace(text, i + 1) : i;
}
