/** A request on a vendor's API before it is signed. */
export interface UnsignedRequest {
  readonly method: string;
  /** Percent-encoded. */
  readonly path: string;
  /** As it is sent, without `?`. */
  readonly query: string;
  /** Value of the Host header. */
  readonly host: string;
  /** Further headers, names in lower case; all of them are signed. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** Who signs, and when. */
export interface Signer {
  readonly key: string;
  readonly secret: string;
  readonly nowMs: number;
}
