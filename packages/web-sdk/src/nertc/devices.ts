/** A camera, microphone or loudspeaker. `label` is empty before the user has allowed one. */
export interface DeviceInfo {
  readonly deviceId: string;
  readonly label: string;
}

async function devicesOf(kind: MediaDeviceKind, ask: MediaStreamConstraints | null): Promise<DeviceInfo[]> {
  if (ask !== null) {
    const stream = await navigator.mediaDevices.getUserMedia(ask);
    for (const track of stream.getTracks()) track.stop();
  }
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter((device) => device.kind === kind).map(({ deviceId, label }) => ({ deviceId, label }));
}

/** @param requestPerm Asks the user first, so that labels are there. */
export function getCameras(requestPerm = false): Promise<DeviceInfo[]> {
  return devicesOf('videoinput', requestPerm ? { video: true } : null);
}

/** @param requestPerm Asks the user first, so that labels are there. */
export function getMicrophones(requestPerm = false): Promise<DeviceInfo[]> {
  return devicesOf('audioinput', requestPerm ? { audio: true } : null);
}

/** @param requestPerm Asks the user first, so that labels are there. */
export function getSpeakers(requestPerm = false): Promise<DeviceInfo[]> {
  return devicesOf('audiooutput', requestPerm ? { audio: true } : null);
}

/** All three lists. */
export async function getDevices(requestPerm = false): Promise<{ video: DeviceInfo[]; audioIn: DeviceInfo[]; audioOut: DeviceInfo[] }> {
  const [video, audioIn] = [await getCameras(requestPerm), await getMicrophones(requestPerm)];
  return { video, audioIn, audioOut: await getSpeakers() };
}
