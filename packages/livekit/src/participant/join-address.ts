import {
  ClientInfo,
  ClientInfo_SDK,
  ConnectionSettings,
  JoinRequest,
  ReconnectReason,
  WrappedJoinRequest,
  WrappedJoinRequest_Compression,
} from '@livekit/protocol';

/** `v1`: one connection, we offer, a lost signal connection can be resumed. `v0`: older servers; the server offers and a lost signal connection means a new join. */
export type SignalProtocol = 'v0' | 'v1';

/**
 * Path and query of a join, or of a resume of the participant `resumeSid`. Nothing is subscribed by itself, and the server may not pause tracks to save bandwidth.
 *
 * @see https://github.com/livekit/livekit/blob/v1.13.5/pkg/service/rtcservice.go (validateInternal)
 */
export function joinAddress(
  protocol: SignalProtocol,
  resumeSid: string | null,
): { readonly path: string; readonly query: Readonly<Record<string, string>> } {
  if (protocol === 'v0') {
    return { path: '/rtc', query: { auto_subscribe: '0', subscriber_allow_pause: '0', protocol: '15', sdk: 'js', version: '2.0.0' } };
  }
  const request = new JoinRequest({
    // The server derives what a client can do from SDK and version: this is what the wire behaviour here equals.
    clientInfo: new ClientInfo({ sdk: ClientInfo_SDK.JS, protocol: 16, version: '2.23.0' }),
    connectionSettings: new ConnectionSettings({ autoSubscribe: false, subscriberAllowPause: false }),
    ...(resumeSid === null ? {} : { reconnect: true, participantSid: resumeSid, reconnectReason: ReconnectReason.RR_SIGNAL_DISCONNECTED }),
  });
  const wrapped = new WrappedJoinRequest({ joinRequest: request.toBinary(), compression: WrappedJoinRequest_Compression.NONE });
  const encoded = Buffer.from(wrapped.toBinary()).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
  return { path: '/rtc/v1', query: { join_request: encoded } };
}
