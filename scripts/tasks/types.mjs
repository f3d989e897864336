import { check } from './run.mjs';

if (!(await check('types'))) process.exit(1);
