// Runs the named cases one after another and prints one JSON line for each: {"case":…,"ok":…,"error":…}.
import { createHash } from 'node:crypto';

const need = (name) => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
};

export const target = {
  openai: need('SDK_OPENAI_BASE'),
  anthropic: need('SDK_ANTHROPIC_BASE'),
  key: need('SDK_KEY'),
  chat: need('SDK_CHAT_MODEL'),
  embedding: need('SDK_EMBEDDING_MODEL'),
  messages: need('SDK_MESSAGES_MODEL'),
  gemini: need('SDK_GEMINI_MODEL'),
};

const simulator = need('SDK_SIMULATOR');
const token = need('SDK_SIMULATOR_TOKEN');

const admin = async (method, path, body) => {
  const response = await fetch(simulator + path, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response.status === 204 ? null : response.json();
};

/** A text no other case sends, so that a fault rule meets this case only. */
export const marker = (name) => `marker-${createHash('sha256').update(`${name}${process.hrtime.bigint()}`).digest('hex').slice(0, 16)}`;

/** The next request with this prompt meets the fault, later ones do not. */
export const faultOnce = (promptContains, fault) => admin('POST', '/admin/faults', { promptContains, count: 1, fault });

/** The requests the simulator got whose body has the text. */
export const received = async (text) => (await admin('GET', '/admin/requests')).requests.filter((request) => request.body.includes(text));

export const eventually = async (what, holds) => {
  const limit = Date.now() + 15_000;
  while (!(await holds())) {
    if (Date.now() > limit) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

export const equal = (actual, expected, what) => {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) throw new Error(`${what}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`);
};

export const check = (holds, what) => {
  if (!holds) throw new Error(what);
};

/** Runs what must fail with an error of that class and status. */
export const fails = async (run, type, status) => {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof type)) throw new Error(`expected ${type.name}, got ${error?.constructor?.name}: ${error?.message}`);
    equal(error.status, status, 'status');
    return error;
  }
  throw new Error(`expected ${type.name}, nothing failed`);
};

export const run = async (cases) => {
  for (const [name, body] of Object.entries(cases)) {
    const started = Date.now();
    try {
      await body();
      console.log(JSON.stringify({ case: name, ok: true, ms: Date.now() - started }));
    } catch (error) {
      console.log(JSON.stringify({ case: name, ok: false, ms: Date.now() - started, error: `${error?.stack ?? error}`.slice(0, 2000) }));
    }
  }
};
