/**
 * The vocabularies that the default rules name, as their authors published them. An IRI is compared by
 * the character, and tools in the field write the ones under `http:` with `https:` too (the TLA reference
 * tools do), so each of those stands here in both spellings.
 */
function termsUnder(...prefixes: readonly string[]): (...names: readonly string[]) => string[] {
  return (...names) => names.flatMap((name) => prefixes.map((prefix) => `${prefix}${name}`));
}

/** Verbs of ADL, which cmi5, SCORM and the video profile use as well. */
export const adlVerbs = termsUnder(
  'http://adlnet.gov/expapi/verbs/',
  'https://adlnet.gov/expapi/verbs/',
);
/** Verbs that cmi5 defines itself. */
export const cmi5Verbs = termsUnder('https://w3id.org/xapi/adl/verbs/');
export const videoVerbs = termsUnder('https://w3id.org/xapi/video/verbs/');
export const acrossXVerbs = termsUnder('https://w3id.org/xapi/acrossx/verbs/');
/** Total Learning Architecture. */
export const tlaVerbs = termsUnder('https://w3id.org/xapi/tla/verbs/');
/** Activity Streams 1.0; the xAPI profile of it writes the short form. */
export const activityStreams = termsUnder(
  'http://activitystrea.ms/schema/1.0/',
  'https://activitystrea.ms/schema/1.0/',
  'http://activitystrea.ms/',
);
/** The Tin Can registry. */
export const tinCanVerbs = termsUnder(
  'http://id.tincanapi.com/verb/',
  'https://id.tincanapi.com/verb/',
);
/** Instructional systems design of the US Department of Defense: verbs of tasks on the job. */
export const dodIsdVerbs = termsUnder('https://w3id.org/xapi/dod-isd/verbs/');

export const adlTypes = termsUnder(
  'http://adlnet.gov/expapi/activities/',
  'https://adlnet.gov/expapi/activities/',
);
export const acrossXTypes = termsUnder('https://w3id.org/xapi/acrossx/activities/');
export const tlaTypes = termsUnder('https://w3id.org/xapi/tla/activity-types/');
export const tinCanTypes = termsUnder(
  'http://id.tincanapi.com/activitytype/',
  'https://id.tincanapi.com/activitytype/',
);
