import type { Template } from '@tapedeck/protocol';
import type { Selectable } from 'kysely';
import type { Tables } from '../tables.ts';

/** A row as answers show it. */
export function toTemplate(row: Selectable<Tables['templates']>): Template {
  return {
    id: row.id,
    name: row.name,
    match: row.match,
    recording: row.recording,
    autoStart: row.auto_start,
    enabled: row.enabled,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

/** JSON text of a value that may be null in its column. */
export const nullableJson = (value: object | null): string | null => (value === null ? null : JSON.stringify(value));
