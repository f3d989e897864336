import Type from 'typebox';

/** Days that there are: the 31st of April would be read as the 1st of May. */
const date = String.raw`\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|02-(?:0[1-9]|[12]\d))`;
const time = String.raw`T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)`;

/** An instant that a request names; `mayBeDate`: or a date alone. @see RFC 3339, with a zone. */
export const InstantSchema = (description: string, mayBeDate = false) =>
  Type.String({
    maxLength: 40,
    pattern: mayBeDate ? `^${date}(?:${time})?$` : `^${date}${time}$`,
    description: `${description} RFC 3339 with a zone, e.g. 2026-01-31T08:00:00Z${mayBeDate ? ', or a date' : ''}`,
  });
