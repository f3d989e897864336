import { RecorderWidget } from '@tapedeck/web/react';
import { createRoot } from 'react-dom/client';

const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
const [video = null, audio = null] = [stream.getVideoTracks()[0], stream.getAudioTracks()[0]];

/** As an application uses it. */
function options() {
  return { sources: [{ id: 'me', video, audio }], video: { width: 320, height: 240, fps: 15 }, name: 'widget' } as const;
}

createRoot(document.getElementById('root')!).render(<RecorderWidget options={options} words={{ save: 'Keep it' }} />);
Object.assign(globalThis, { page: {} });
