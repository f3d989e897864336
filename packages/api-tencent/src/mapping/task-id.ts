import { createHmac } from 'node:crypto';

/**
 * The TaskId that a signed call to create makes: nobody can guess it, and the very same call makes the same one, so a repeat is known. 88 characters of
 * `[A-Za-z0-9_-]` and `.`, like the vendor's; it is a folder's name too.
 */
export function taskIdOf(secret: string, signature: string): string {
  return `${createHmac('sha512', secret).update(`task\n${signature}`).digest('base64url')}..`;
}
