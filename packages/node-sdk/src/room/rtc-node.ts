let loading: Promise<typeof import('@livekit/rtc-node')> | null = null;

/** Loads `@livekit/rtc-node` (native) on first use, with its log at `info`: at its default level it prints debug lines to stdout. */
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

/**
 * Lets go of the native library, so that the process can end by itself. To be called last, when every room has been left and every recorder closed; nothing of
 * `@livekit/rtc-node` works afterwards, also what others in this process have of it. A process that ends by `process.exit` does not need it.
 */
export async function releaseRtc(): Promise<void> {
  if (loading !== null) await (await loading).dispose();
}
