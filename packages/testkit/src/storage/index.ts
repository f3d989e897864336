export { startFaultProxy } from './fault-proxy.ts';
export type { Fault, FaultProxy } from './fault-proxy.ts';
export { startS3Server } from './s3-server.ts';
export type { S3Server } from './s3-server.ts';
