import { readFileSync } from 'node:fs';
import { expect } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Response } from 'supertest';
import { parse } from 'yaml';
import { FORMATS } from '../../graphql/workforce/column-types.ts';

/** A request and its answer, as far as openapi.yaml has something to say about them. */
export interface Exchange {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Parsed when it is JSON. */
  readonly body: unknown;
}

/* eslint-disable @typescript-eslint/no-explicit-any -- openapi.yaml as parsed: a wrong step fails the test. */
export const contract: any = parse(
  readFileSync(new URL('../../openapi.yaml', import.meta.url), 'utf8'),
);

const ajv = new Ajv2020({
  strict: false,
  allErrors: true,
  validateSchema: false,
  formats: {
    ...FORMATS,
    uuid: /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i,
    'date-time': FORMATS['instant']!,
  },
});
ajv.addSchema(contract, 'openapi.yaml');

/** Everything in which an answer differs from openapi.yaml; empty when nothing does. */
export function findContractFaults(exchange: Exchange): readonly string[] {
  const { method, path, status } = exchange;
  const template = findTemplate(path);
  if (template === null) return [`${path} is not in openapi.yaml`];
  const name = method.toLowerCase();
  const operation = name === 'head' ? 'get' : name;
  const item = contract.paths[template];
  if (operation === 'options' && path.startsWith('/xapi/'))
    return findResponseFaults(exchange, '#/components/responses/Preflight');
  if (item[operation] === undefined)
    return status === 405
      ? findResponseFaults(exchange, '#/components/responses/MethodNotAllowed')
      : [`${method} ${template} is not in openapi.yaml, and answered ${status}, not 405`];
  if (item[operation].responses[status] === undefined)
    return [`${method} ${template} answered ${status}, which openapi.yaml does not list`];
  return findResponseFaults(
    exchange,
    `#/paths/${escapePointer(template)}/${operation}/responses/${status}`,
  );
}

/** Fails the test unless the answer is one that openapi.yaml describes. Returns it. */
export function expectContract(response: Response): Response {
  const request: any = response.request;
  const faults = findContractFaults({
    method: request.method,
    path: new URL(request.url).pathname,
    status: response.status,
    headers: response.headers,
    body: response.headers['content-type']?.startsWith('application/json')
      ? response.body
      : response.text,
  });
  expect(faults).toEqual([]);
  return response;
}

/** The path of the contract that fits; a parameter named `key` spans the segments that are left. */
function findTemplate(path: string): string | null {
  const fitting = Object.keys(contract.paths).filter((template) => {
    const pattern = template.replace('{key}', '.+').replace(/\{\w+\}/g, '[^/]+');
    return new RegExp(`^${pattern}$`).test(path);
  });
  return fitting.sort((a, b) => b.length - a.length)[0] ?? null;
}

function findResponseFaults(exchange: Exchange, pointer: string): readonly string[] {
  const { value: response, pointer: at } = resolve(pointer);
  return [...findHeaderFaults(exchange, response, at), ...findBodyFaults(exchange, response, at)];
}

function findHeaderFaults(
  { headers }: Exchange,
  response: any,
  pointer: string,
): readonly string[] {
  return Object.keys(response.headers ?? {}).flatMap((name) => {
    const header = resolve(`${pointer}/headers/${name}`);
    const value = headers[name.toLowerCase()];
    if (value === undefined) return header.value.required ? [`the header ${name} is missing`] : [];
    return validate(`${header.pointer}/schema`, value, `header ${name}`);
  });
}

function findBodyFaults(
  { method, headers, body }: Exchange,
  response: any,
  pointer: string,
): readonly string[] {
  const type = headers['content-type']?.split(';')[0];
  const types = Object.keys(response.content ?? {});
  if (types.length === 0) return type === undefined ? [] : [`there is a body, ${type}`];
  if (types.includes('*/*')) return type === undefined ? ['there is no Content-Type'] : [];
  if (type === undefined || !types.includes(type))
    return [`Content-Type is ${String(type)}, not ${types.join(' or ')}`];
  if (method.toLowerCase() === 'head') return [];
  return validate(`${pointer}/content/${escapePointer(type)}/schema`, body, 'body');
}

function validate(pointer: string, value: unknown, what: string): readonly string[] {
  const check = ajv.compile({ $ref: `openapi.yaml${encodeURI(pointer)}` });
  if (check(value)) return [];
  return (check.errors ?? []).map(
    ({ instancePath, message }) => `${what}${instancePath} ${message ?? ''}`,
  );
}

/** What a pointer leads to, along `$ref`s, and the pointer of that. */
function resolve(pointer: string): { readonly value: any; readonly pointer: string } {
  const value = pointer
    .slice('#/'.length)
    .split('/')
    .reduce((node, token) => node[token.replaceAll('~1', '/').replaceAll('~0', '~')], contract);
  return typeof value.$ref === 'string' ? resolve(value.$ref) : { value, pointer };
}

function escapePointer(token: string): string {
  return token.replaceAll('~', '~0').replaceAll('/', '~1');
}
