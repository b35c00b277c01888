import { describe } from '@jest/globals';

/** The server to test on; '' when there is none, and then what needs one is skipped. */
export const MONGODB_URI = process.env['MONGODB_URI'] ?? '';

export const describeWithMongodb = MONGODB_URI === '' ? describe.skip : describe;
