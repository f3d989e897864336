import nodeDataChannel from 'node-datachannel';
import { recorderToken } from '../tokens.ts';
import { offeredSection } from './offered-section.ts';
import { describedTracks } from './sdp-tracks.ts';
import { hold } from './track-sections.ts';

const longestMs = 2_000;

/**
 * Does once what a join does before the first packet (signs a token, makes a connection with its certificate, describes it), without a network, so that the first real
 * join of this process finds everything loaded. Resolves within two seconds; rejects only when the native library cannot work here at all.
 */
export async function rehearseJoin(): Promise<void> {
  await recorderToken({ key: 'rehearsal', secret: 'rehearsal-rehearsal-rehearsal-00' }, 'rehearsal', 'rehearsal').catch(() => '');
  const described = Promise.withResolvers<string>();
  const timer = setTimeout(() => described.resolve(''), longestMs);
  const config = { iceServers: [], disableAutoNegotiation: true, forceMediaTransport: true };
  const connection = new nodeDataChannel.PeerConnection('rehearsal', config);
  const release = hold(connection);
  connection.onStateChange((state) => {
    if (state === 'closed') release();
  });
  connection.onLocalDescription((sdp) => described.resolve(sdp));
  for (const kind of ['audio', 'video'] as const) {
    const track = connection.addTrack(offeredSection(kind, kind));
    const releaseTrack = hold(track);
    track.onClosed(() => {
      track.close();
      releaseTrack();
    });
  }
  connection.setLocalDescription('offer');
  describedTracks(await described.promise);
  clearTimeout(timer);
  connection.close();
}
