/** Every version of the recording API, oldest first. */
export const apiVersions = ['2020-12-01', '2022-06-01', '2023-06-01', '2023-11-01'] as const;
export type ApiVersion = (typeof apiVersions)[number];

/** Whether the text names a version. */
export function isApiVersion(text: string): text is ApiVersion {
  return (apiVersions as readonly string[]).includes(text);
}

/** The newest version refuses optional values that are out of range; older ones take the default in their place. */
export const isStrict = (version: ApiVersion): boolean => version === '2023-11-01';

/** The two oldest versions give the boxes of regions in proportions of the canvas, the others in pixels. */
export const hasProportions = (version: ApiVersion): boolean => version === '2020-12-01' || version === '2022-06-01';
