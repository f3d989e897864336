import { check } from './run.mjs';

if (!(await check('lint'))) process.exit(1);
