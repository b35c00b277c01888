import { Router } from 'express';

/** Whether the parts that a request needs are there; each gives a word for the operator. */
export interface Readiness {
  check(): Promise<{ readonly ready: boolean; readonly parts: Readonly<Record<string, string>> }>;
}

/** `/health`: the process runs. `/ready`: it can take statements and answer queries. No credential, no secrets. */
export function createHealthRouter(readiness: Readiness): Router {
  const router = Router();
  router.get('/health', (_request, response) => {
    response.json({ status: 'ok' });
  });
  router.get('/ready', async (_request, response) => {
    const { ready, parts } = await readiness.check();
    response.status(ready ? 200 : 503).json({ status: ready ? 'ready' : 'not ready', parts });
  });
  return router;
}
