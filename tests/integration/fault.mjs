// Instructions to programs with fault points: modules/lib/db/README.md.
import { spawn } from 'node:child_process';
import { existsSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, until, workersOf } from '../harness/stack.mjs';

const folder = join(run, 'fault');
const instruction = join(folder, 'instruction');
const claimed = `${instruction}.claimed`;

/** Programs of this stack have fault points (VARIANT asan or fault). */
export const available = existsSync(folder);

/** arm('kill', 'requests', 3): the next use case of kontor-requests dies at its third point. */
export function arm(verb, program, n) {
  disarm();
  writeFileSync(`${instruction}.new`, `${verb} ${program} ${n}\n`);
  renameSync(`${instruction}.new`, instruction);
}

/** Withdraw it. Tells what became of it: 'fired', 'passed' (claimed, not reached), 'unclaimed'. */
export function disarm() {
  const state = existsSync(instruction) ? 'unclaimed' : existsSync(claimed) ? 'passed' : 'fired';
  rmSync(instruction, { force: true });
  rmSync(claimed, { force: true });
  return state;
}

/** The instruction was carried out. */
export const fired = () => !existsSync(instruction) && !existsSync(claimed);

/** End a responder's processes and wait for new ones: none of them counts points any more. */
export async function renew(program) {
  const old = workersOf(program);
  for (const pid of old) process.kill(pid, 'SIGTERM');
  await until(() => {
    const now = workersOf(program);
    return now.length >= old.length && !now.some((pid) => old.includes(pid));
  }, { what: `new processes of ${program}` });
}

/**
 * A program of our own beside the held one of the stack; `ended` resolves to { code, signal }. `before` is a command that
 * becomes the program, e.g. in another network.
 */
export function startProgram(program, user, { conf = join(run, 'etc/kontor/kontor.conf'), before = [] } = {}) {
  const binary = [join(run, `usr/libexec/kontor/kontor-${program}`), '--config', conf];
  const drop = process.getuid() === 0 ? ['setpriv', `--reuid=${user}`, `--regid=${user}`, '--init-groups'] : [];
  const [command, ...args] = [...before, ...drop, ...binary];
  const out = openSync(join(run, `log/${program}.log`), 'a');
  const child = spawn(command, args, {
    stdio: ['ignore', out, out],
    env: {
      ...process.env, KONTOR_RUN: run, KONTOR_FAULT_FILE: instruction,
      ASAN_OPTIONS: 'abort_on_error=1:detect_leaks=0', UBSAN_OPTIONS: 'halt_on_error=1:print_stacktrace=1',
    },
  });
  const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  return { ended, pid: child.pid, stop: () => { child.kill('SIGTERM'); return ended; } };
}
/** A worker of our own. */
export const startWorker = () => startProgram('worker', 'kontor-worker');
