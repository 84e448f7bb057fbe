// What every script here needs: checks, the simulator's record of what it received, and running many cells at once.
const AT_ONCE = 16;

export const equal = (actual, expected, what) => {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) throw new Error(`${what}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`);
};

export const check = (holds, what) => {
  if (!holds) throw new Error(what);
};

/** Runs what must fail; the error's HTTP status, message and the field it names. */
export const failure = async (run) => {
  try {
    await run();
  } catch (error) {
    check(typeof error.status === 'number', `expected the library's own error with a status, got ${error?.constructor?.name}: ${error?.message}`);
    return { status: error.status, message: `${error.message}`, param: error.param };
  }
  throw new Error('nothing failed');
};

const admin = async (method, path, body) => {
  const response = await fetch(process.env.SIMULATOR + path, {
    method,
    headers: { authorization: `Bearer ${process.env.SIMULATOR_TOKEN}`, 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  check(response.ok, `${method} ${path}: ${response.status}`);
  return response.status === 204 ? null : response.json();
};

/** Bodies that the provider received with that text in them, oldest first. */
export const received = async (text) =>
  (await admin('GET', '/admin/requests')).requests.map((request) => request.body).filter((body) => body.includes(text));

/** The next request with this prompt meets the fault. */
export const faultOnce = (promptContains, fault) => admin('POST', '/admin/faults', { promptContains, count: 1, fault });

/** Runs the cells that standard input names, and prints one JSON line for each: {"cell":…,"error":…}. */
export const runCells = async (run) => {
  let input = '';
  for await (const chunk of process.stdin) input += chunk;
  const waiting = JSON.parse(input);
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (waiting.length > 0) {
        const cell = waiting.shift();
        // In every prompt of the cell, and of no other run's.
        cell.marker = `${cell.cell}-${process.pid}`;
        let error = null;
        try {
          await run(cell);
        } catch (thrown) {
          error = `${thrown?.stack ?? thrown}`.slice(0, 1500);
        }
        console.log(JSON.stringify({ cell: cell.cell, error }));
      }
    }),
  );
  process.exit(0);
};
