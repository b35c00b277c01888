/** The media type of a Content-Type, lower case and without parameters (RFC 9110 §8.3.1); '' when there is none. */
export function readMediaType(contentType: string | undefined): string {
  return (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}
