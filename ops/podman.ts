import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Lets podman work where nobody may raise limits or talk to systemd, as in other containers. */
export function settlePodman(folder: string): void {
  const file = join(folder, 'containers.conf');
  writeFileSync(
    file,
    `[containers]
default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
`,
  );
  process.env['CONTAINERS_CONF'] = file;
}

export function podman(...args: string[]): string {
  return run('podman', args);
}

/** @returns what it printed @throws Error with what it complained of */
export function run(command: string, args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (error) {
    throw new Error(`${command} cannot be run: apt-get install podman runc catatonit mmdebstrap`, { cause: error });
  }
  if (status !== 0) throw new Error(`${command} ${args.slice(0, 2).join(' ')}: ${stderr}`);
  return stdout.trim();
}
