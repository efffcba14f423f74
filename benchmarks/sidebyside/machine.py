"""Processes pinned to a core, what they use, and free ports."""

import os
import pathlib
import signal
import socket
import subprocess
import time

PROXY_CORE, LOAD_CORE = 0, 1
TICKS = os.sysconf("SC_CLK_TCK")


class Failure(Exception):
    """What a person should be told."""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def ask(port, path="/small", timeout=5.0):
    """Tells whether one plain request is answered with 200."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=timeout) as client:
            client.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
            return client.recv(64).startswith(b"HTTP/1.1 200")
    except OSError:
        return False


def accepts(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
        return True
    except OSError:
        return False


def echoes(port):
    """Tells whether a datagram comes back."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(0.2)
        try:
            client.sendto(b"x", ("127.0.0.1", port))
            return client.recv(64) == b"x"
        except OSError:
            return False


def wait_for(condition, what, limit=60.0, process=None, pause=0.02):
    end = time.monotonic() + limit
    while not condition():
        if time.monotonic() > end:
            raise Failure(f"{what}: not within {limit:.0f} s")
        if process is not None and not process.running():
            raise Failure(f"{what}: the process ended, see {process.log}")
        time.sleep(pause)


class Process:
    """A process of ours on one core, with the children that it has."""

    def __init__(self, name, command, core, log, env=None):
        self.name, self.log = name, log
        with open(log, "ab") as out:
            self.popen = subprocess.Popen(
                ["taskset", "-c", str(core), *map(str, command)],
                stdin=subprocess.DEVNULL, stdout=out, stderr=out, env={**os.environ, **(env or {})},
                start_new_session=True)  # Ctrl-C is for this script, which ends it

    def running(self):
        return self.popen.poll() is None

    def pids(self):
        found, waiting = [], [self.popen.pid]
        while waiting:
            pid = waiting.pop()
            found.append(pid)
            try:
                waiting += map(int, pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
            except OSError:
                pass
        return found

    def cpu_seconds(self):
        """User and system time of all its threads, those that have ended included."""
        ticks = 0
        for pid in self.pids():
            fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / TICKS

    def resident_kib(self):
        """What it holds of memory; of several processes, pages that they share count once."""
        pids, kib = self.pids(), 0
        for pid in pids:
            for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Rss:" if len(pids) == 1 else "Pss:"):
                    kib += int(line.split()[1])
        return kib

    def stop(self):
        if not self.running():
            return
        self.popen.send_signal(signal.SIGTERM)
        try:
            self.popen.wait(10)
        except subprocess.TimeoutExpired:
            for pid in self.pids():
                os.kill(pid, signal.SIGKILL)
            self.popen.wait(10)


def capture(command, limit, core=LOAD_CORE, env=None):
    """Runs a command on a core and gives what it prints."""
    with subprocess.Popen(["taskset", "-c", str(core), *map(str, command)], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
                          env={**os.environ, **(env or {})}) as run:
        try:
            out, _ = run.communicate(timeout=limit)
        except BaseException:
            run.kill()
            raise
    if run.returncode != 0:
        raise Failure(f"{command[0]}: exit status {run.returncode}: {out[-2000:]}")
    return out
