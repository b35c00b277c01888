import { existsSync } from 'node:fs';
import { join } from 'node:path';
import express, { Router, type RequestHandler } from 'express';
import { answerNotFound } from './errors.ts';

const BUILT = join(import.meta.dirname, '..', '..', 'dist', 'dashboard');

/** The page talks to this server and to nobody else; charts set styles on their elements. */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** `/` and all below `/dashboard`: one page, which signs in with a key and asks the same API as anybody. */
export function createDashboardRouter(): Router {
  const router = Router();
  const assets = express.static(join(BUILT, 'assets'), { index: false });
  router.use('/dashboard/assets', assets, answerNotFound);
  router.get(['/', '/dashboard', '/dashboard/*page'], sendPage);
  return router;
}

const sendPage: RequestHandler = (_request, response) => {
  response.set({
    'Content-Security-Policy': CONTENT_SECURITY_POLICY,
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-cache',
  });
  if (existsSync(join(BUILT, 'index.html'))) {
    response.sendFile(join(BUILT, 'index.html'));
    return;
  }
  response
    .status(503)
    .type('text')
    .send('The dashboard is not built. Run `npm run build` and load this page again.\n');
};
