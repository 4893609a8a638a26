export { createLocalBackend } from './backend.ts';
export type { Backend, BackendOptions } from './backend.ts';
export { openDatabase } from './database.ts';
export type { Database, DatabaseOptions, Queryable } from './database.ts';
export type { JobResult } from './jobs.ts';
export { createKeys } from './keys.ts';
export type { Keys } from './keys.ts';
export { serve } from './serve.ts';
export type { Served } from './serve.ts';
