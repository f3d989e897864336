import type { MediaType } from './media-type.ts';
import { RtcError } from './rtc-error.ts';

/** What to open besides switches: devices, processing, own tracks. */
export interface CaptureOptions {
  readonly microphoneId?: string;
  readonly cameraId?: string;
  readonly facingMode?: 'user' | 'environment';
  readonly audioProcessing?: { readonly AEC?: boolean; readonly ANS?: boolean; readonly AGC?: boolean };
  readonly audioSource?: MediaStreamTrack;
  readonly videoSource?: MediaStreamTrack;
  readonly screenVideoSource?: MediaStreamTrack;
  readonly screenAudioSource?: MediaStreamTrack;
}

/** Width, height and rate to ask for. */
export interface CaptureProfile {
  readonly width: number;
  readonly height: number;
  readonly frameRate: number;
}

/** The event by which NERTC tells why a device could not be had. */
export type CaptureTrouble = 'accessDenied' | 'notFound' | 'beOccupied' | 'deviceError';

/** Opens a microphone, camera or screen; `withSound` also takes the sound of a shared screen. @throws {RtcError} 10212 with the browser's error as its cause. */
export async function capture(
  mediaType: MediaType,
  options: CaptureOptions,
  profile: CaptureProfile,
  withSound = false,
): Promise<Partial<Record<MediaType, MediaStreamTrack>>> {
  const own = {
    audio: options.audioSource,
    video: options.videoSource,
    screen: options.screenVideoSource,
    audioSlave: options.screenAudioSource,
  }[mediaType];
  if (own) return { [mediaType]: own, ...(withSound && options.screenAudioSource ? { audioSlave: options.screenAudioSource } : {}) };
  try {
    if (mediaType === 'screen' || mediaType === 'audioSlave') {
      const stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: profile.frameRate }, audio: withSound });
      const [screen, audioSlave] = [stream.getVideoTracks()[0], stream.getAudioTracks()[0]];
      return { ...(screen ? { screen } : {}), ...(audioSlave ? { audioSlave } : {}) };
    }
    const stream = await navigator.mediaDevices.getUserMedia(
      mediaType === 'audio' ? { audio: soundOf(options) } : { video: pictureOf(options, profile) },
    );
    const [track] = stream.getTracks();
    return track ? { [mediaType]: track } : {};
  } catch (cause) {
    throw new RtcError(10212, `${mediaType} could not be opened: ${cause instanceof Error ? cause.message : String(cause)}`, '', { cause });
  }
}

function soundOf({ microphoneId, audioProcessing = {} }: CaptureOptions): MediaTrackConstraints {
  const { AEC = true, ANS = true, AGC = true } = audioProcessing;
  return {
    ...(microphoneId ? { deviceId: { exact: microphoneId } } : {}),
    echoCancellation: AEC,
    noiseSuppression: ANS,
    autoGainControl: AGC,
  };
}

function pictureOf({ cameraId, facingMode }: CaptureOptions, { width, height, frameRate }: CaptureProfile): MediaTrackConstraints {
  const device = cameraId ? { deviceId: { exact: cameraId } } : facingMode ? { facingMode } : {};
  return { ...device, width: { ideal: width }, height: { ideal: height }, frameRate: { ideal: frameRate } };
}

/** Which event an error of {@link capture} belongs to. */
export function troubleOf(error: unknown): CaptureTrouble {
  const name = error instanceof Error && error.cause instanceof Error ? error.cause.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'accessDenied';
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'notFound';
  return name === 'NotReadableError' || name === 'AbortError' ? 'beOccupied' : 'deviceError';
}
