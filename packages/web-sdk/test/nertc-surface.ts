import type NERTC from 'nertc-web-sdk';
import type { Client as TheirClient } from 'nertc-web-sdk/types/client';
import type { Stream as TheirStream } from 'nertc-web-sdk/types/stream';
import type ours from '../src/nertc/index.ts';
import type { Client } from '../src/nertc/index.ts';
import type { Stream } from '../src/nertc/index.ts';

/** Methods that must be callable as NetEase's typings say: same arguments or more, an answer of the same type. A method that does not fit does not compile. */
type Fits<Theirs, Ours, Names extends keyof Theirs & keyof Ours> = {
  [Name in Names]: Theirs[Name] extends (...args: infer Arguments) => infer Answer
    ? Ours[Name] extends (...args: Arguments) => infer OurAnswer
      ? OurAnswer extends Answer
        ? true
        : ['answers', OurAnswer, Answer]
      : ['takes', Arguments]
    : never;
};

type ClientMethods =
  | 'getChannelInfo'
  | 'join'
  | 'leave'
  | 'getConnectionState'
  | 'getUid'
  | 'setChannelProfile'
  | 'setClientRole'
  | 'startMediaRecording'
  | 'stopMediaRecording'
  | 'downloadMediaRecording'
  | 'cleanMediaRecording'
  | 'destroy'
  | 'off';
type StreamMethods =
  | 'getId'
  | 'setSubscribeConfig'
  | 'getAudioStream'
  | 'init'
  | 'getAudioTrack'
  | 'getVideoTrack'
  | 'resume'
  | 'open'
  | 'close'
  | 'muteAudio'
  | 'unmuteAudio'
  | 'muteVideo'
  | 'unmuteVideo'
  | 'muteScreen'
  | 'unmuteScreen'
  | 'hasAudio'
  | 'hasVideo'
  | 'hasScreen'
  | 'isPlaying'
  | 'canPlay'
  | 'stop'
  | 'setVideoProfile'
  | 'setAudioProfile'
  | 'switchDevice'
  | 'startMediaRecording'
  | 'stopMediaRecording'
  | 'playMediaRecording'
  | 'listMediaRecording'
  | 'cleanMediaRecording'
  | 'downloadMediaRecording'
  | 'destroy';
type NamespaceMethods =
  | 'getDevices'
  | 'getCameras'
  | 'getMicrophones'
  | 'getSpeakers'
  | 'checkBrowserCompatibility'
  | 'getSupportedCodec'
  | 'setArea'
  | 'getParameters';

/** Compiles only when every one of them fits. */
export const fits: [{ [Name in ClientMethods]: true }, { [Name in StreamMethods]: true }, { [Name in NamespaceMethods]: true }] = [
  {} as Fits<TheirClient, Client, ClientMethods>,
  {} as Fits<TheirStream, Stream, StreamMethods>,
  {} as Fits<typeof NERTC, typeof ours, NamespaceMethods>,
];
