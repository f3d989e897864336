// Starts a PostgreSQL for embedded-postgres.test.ts, tells where it is, and waits to be killed.
import { startEmbeddedPostgres } from '../src/index.ts';

const { url, pid } = await startEmbeddedPostgres({ dataDir: process.argv[2] ?? '' });
process.send?.({ url, pid });
process.channel?.ref();
process.on('disconnect', () => process.exit());
