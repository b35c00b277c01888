/** The text of a field, without the blanks around it that a paste brings; empty when there is none. */
export function readField(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value.trim() : '';
}
