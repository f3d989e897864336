import type { EventRow } from '@tapedeck/catalogue';
import type { Event } from '@tapedeck/protocol';
import type { FilesPort } from './ports.ts';
import { presentFiles } from './present-recording.ts';

/** The event as webhooks and the event stream show it, with fresh signed addresses of the recording's files below `origin`. */
export function presentEvent(event: EventRow, files: FilesPort, origin: string): Event {
  const { id, type, createdAt, recording, data } = event;
  return { id, type, createdAt, recording: presentFiles(recording, event.applicationId, files, origin), data };
}
