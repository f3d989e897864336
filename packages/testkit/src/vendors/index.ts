export { makeUserSig } from './make-user-sig.ts';
export { signTc3 } from './sign-tc3.ts';
export { signVolcengine } from './sign-volcengine.ts';
export type { Signer, UnsignedRequest } from './unsigned-request.ts';
