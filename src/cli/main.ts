#!/usr/bin/env -S node --max-semi-space-size=4
import { endWithoutReader } from './closed-output.ts';
import { main } from './program.ts';

for (const stream of [process.stdout, process.stderr]) stream.on('error', endWithoutReader);

process.exitCode = await main(process.argv.slice(2));
