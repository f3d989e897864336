import { exportPcap } from '@tapedeck/rtplog';

/** `tapedeck export-pcap PATH`: the packets as Wireshark opens them. */
export async function exportLog(path: string, out: string): Promise<void> {
  await exportPcap(path, out);
  process.stdout.write(`${out}\n`);
}
