export * from './publishers/index.ts';
