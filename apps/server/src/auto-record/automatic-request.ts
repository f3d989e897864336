import { type CreateRecording, limits, parseCreateRecording, type Template } from '@tapedeck/protocol';

const defaultResumeWaitS = 30;
/** Tencent's global template waits for so long. */
const tencentResumeWaitS = 5;
/** Volcengine's tasks end after so long without media. */
const volcengineIdleS = 180;

/**
 * The request of the recording that a template makes of a room by itself. A template that says neither `idleTimeoutS` nor `resumeWaitS` follows the room: silence of people
 * who are there does not end the recording, and it ends 30 s after the last one left; 5 s when it counts as a task of Tencent's, and one of Volcengine's has that vendor's idle time in place of both.
 *
 * @throws {ValidationError} INVALID_REQUEST when the template says what this version does not know.
 */
export function automaticRequest(template: Pick<Template, 'name' | 'recording' | 'autoStart'>, room: string): CreateRecording {
  return parseCreateRecording({ ...template.recording, ...outputs(template), ...follows(template), room, template: template.name });
}

/** Playlists of Tencent's are of MPEG-TS, those of its cloud recording with private tags, unless the template says what they are. */
function outputs({ recording, autoStart }: Pick<Template, 'recording' | 'autoStart'>): object {
  if (recording.outputs === undefined || autoStart?.tencent === undefined) return {};
  const hls = { segments: 'ts', privateTags: autoStart.tencent.scheme === 'cloud' } as const;
  return { outputs: recording.outputs.map((output) => (output.formats.includes('hls') ? { hls, ...output } : output)) };
}

/** When the recording ends, as far as the template leaves it open. */
function follows({ recording: { idleTimeoutS, resumeWaitS }, autoStart }: Pick<Template, 'recording' | 'autoStart'>): object {
  if (idleTimeoutS !== undefined) return {};
  if ((resumeWaitS ?? null) !== null) return { idleTimeoutS: limits.idleTimeoutS.max };
  if (autoStart?.volcengine !== undefined) return { idleTimeoutS: volcengineIdleS };
  return {
    idleTimeoutS: limits.idleTimeoutS.max,
    resumeWaitS: autoStart?.tencent === undefined ? defaultResumeWaitS : tencentResumeWaitS,
  };
}
