import { basename, join } from 'node:path';
import { AudioRecordingResult, joinRoom, type AudioRecordingCode, type RoomParticipant } from '@tapedeck/node';
import { contextBridge, ipcRenderer } from 'electron';
import type { AudioBridge } from './audio-bridge.ts';

let participant: RoomParticipant | null = null;
const listeners = new Set<(code: AudioRecordingCode, filePath: string) => void>();

const bridge: AudioBridge = {
  join: async (access) => {
    await participant?.leave();
    participant = await joinRoom(access);
    participant.on('audioRecording', (code, filePath) => {
      for (const listener of listeners) listener(code, filePath);
    });
  },
  leave: async () => {
    await participant?.leave();
    participant = null;
  },
  startAudioRecordingWithConfig: async (config) => {
    if (participant === null) return AudioRecordingResult.channelNotJoined;
    // The page says a name, not a path: it must not choose where on the disk something is written.
    const folder = (await ipcRenderer.invoke('music-folder')) as string;
    return participant.startAudioRecordingWithConfig({ ...config, filePath: join(folder, basename(config.filePath)) });
  },
  stopAudioRecording: () => participant?.stopAudioRecording() ?? AudioRecordingResult.channelNotJoined,
  onAudioRecording: (listener) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
};

contextBridge.exposeInMainWorld('tapedeckAudio', bridge);
