/** Markdown of the pages that are generated; every text of a cell is shown as it is. */
export function writeTable(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  return [columns, columns.map(() => '---'), ...rows]
    .map((row) => `| ${row.map((text) => escapeText(text).replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
}

/** Markdown takes a tag for HTML and would hide it; in code it takes everything as it is. */
export function escapeText(text: string): string {
  return text.replaceAll(/(`+).*?\1|</g, (found) => (found === '<' ? '&lt;' : found));
}

export function writeCode(text: string): string {
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``;
}
