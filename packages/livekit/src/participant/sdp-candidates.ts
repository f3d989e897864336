/** A remote candidate and the section it belongs to. */
export interface SdpCandidate {
  readonly candidate: string;
  readonly mid: string;
}

/** Takes the candidates out of a description, so that they can be added once the description is in place. Everything else stays as it is. */
export function withoutCandidates(sdp: string): { readonly description: string; readonly candidates: readonly SdpCandidate[] } {
  const candidates: SdpCandidate[] = [];
  const [session = '', ...sections] = sdp.split(/^(?=m=)/m);
  const kept = sections.map((section) => {
    const mid = /^a=mid:(.*?)\r?$/m.exec(section)?.[1] ?? '0';
    return section.replace(/^a=(?:(candidate:.*?)|end-of-candidates)\r?(?:\n|$)/gm, (_line, candidate?: string) => {
      if (candidate !== undefined) candidates.push({ candidate, mid });
      return '';
    });
  });
  return { description: [session, ...kept].join(''), candidates };
}
