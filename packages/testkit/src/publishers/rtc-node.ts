let loading: Promise<typeof import('@livekit/rtc-node')> | undefined;

/** Loads `@livekit/rtc-node` on first use, with its log at `info`: at its default level it prints debug lines to stdout. */
export function loadRtcNode(): Promise<typeof import('@livekit/rtc-node')> {
  loading ??= load();
  return loading;
}

async function load(): Promise<typeof import('@livekit/rtc-node')> {
  const before = process.env['NODE_ENV'];
  process.env['NODE_ENV'] = 'production';
  try {
    return await import('@livekit/rtc-node');
  } finally {
    if (before === undefined) delete process.env['NODE_ENV'];
    else process.env['NODE_ENV'] = before;
  }
}
