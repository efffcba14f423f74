"""The workloads of the table, and the loads that make them."""

import dataclasses
import json
import re
import time

from machine import Failure, capture
from programs import own, say
from proxies import BYTES, DATAGRAMS, PLAIN, ROUTES, SOURCE, TLS, WEBSOCKET

CONNECTIONS = 64


@dataclasses.dataclass
class Done:
    """What a load did."""

    requests: int
    seconds: float
    errors: int


@dataclasses.dataclass(frozen=True)
class Workload:
    """A kind of traffic. The goal is the ratio to the better of HAProxy and nginx that Penstock should have at most."""

    key: str
    title: str
    goal: float
    kind: str = PLAIN
    path: str = "/small"
    script: str = ""
    header: str = ""
    closed_loop: str = ""
    connections: int = CONNECTIONS
    unit: str = "request"
    routes: int = 0
    goal_io_uring: float = 0

    def run(self, scene, port, seconds):
        if self.closed_loop:
            return self.run_own(port, seconds)
        return self.run_wrk(scene, port, seconds)

    def warm(self, scene, proxy, seconds):
        """Load until a JVM has had its core for so long; on a busy machine that takes longer, but four times as long at most."""
        if not seconds:
            return
        begin, used = time.monotonic(), proxy.process.cpu_seconds()
        self.run(scene, proxy.port, seconds if proxy.warm else min(2, seconds))
        while proxy.warm and proxy.process.cpu_seconds() - used < seconds * 0.8 and time.monotonic() - begin < 4 * seconds:
            self.run(scene, proxy.port, 5)
        say(f"  {proxy.key}: {time.monotonic() - begin:.0f} s of warm-up, {proxy.process.cpu_seconds() - used:.0f} s of CPU")

    def run_wrk(self, scene, port, seconds):
        script = scene.write_routes(self.routes) if self.routes else scene.work / self.script if self.script else None
        scheme = "https" if self.kind == TLS else "http"
        command = ["wrk", "-t", "1", "-c", CONNECTIONS, "-d", f"{seconds}s", "--timeout", "20s"]
        command += ["-H", self.header] if self.header else []
        command += ["-s", script] if script else []
        out = capture([*command, f"{scheme}://127.0.0.1:{port}{self.path}"], seconds + 60,
                      env={"OPENSSL_CONF": str(scene.work / "openssl.cnf")})
        total = re.search(r"(\d+) requests in +([\d.]+)(ms|s|m)", out)
        if not total:
            raise Failure(f"wrk: {out}")
        errors = sum(map(int, re.findall(r"(?:connect|read|write|timeout) (\d+)", out)))
        other = re.search(r"Non-2xx or 3xx responses: (\d+)", out)
        return Done(int(total[1]), float(total[2]) * {"ms": 0.001, "s": 1, "m": 60}[total[3]],
                    errors + (int(other[1]) if other else 0))

    def run_own(self, port, seconds):
        said = own_load("ClosedLoop", "--what", self.closed_loop, "--port", port, "--path", self.path,
                        "--connections", self.connections, "--seconds", seconds, limit=seconds + 60)
        return Done(said["requests"], said["seconds"], said["errors"])


def own_load(main, *words, limit):
    """Runs a load of the module benchmarks and gives what it says."""
    out = capture([*own(main, options=("-XX:+UseSerialGC", "-Xmx512m")), *words], limit)
    return json.loads(out.strip().splitlines()[-1])


EVERY = {workload.key: workload for workload in [
    Workload("small", "small keep-alive GET, 64 connections", 1.00, goal_io_uring=0.95),
    Workload("16k", "answers of 16 KiB", 1.00, path="/16k"),
    Workload("1m", "answers of 1 MiB", 0.90, path="/1m"),
    Workload("post", "POST of 4 KiB", 1.00, path="/post", script="post.lua"),
    Workload("connect", "a new connection for each request", 1.05, header="Connection: close"),
    Workload("tls", "TLS 1.3, small keep-alive GET", 1.05, kind=TLS),
    Workload("handshake", "TLS 1.3, full handshakes, ECDSA P-256", 0.90, kind=TLS, closed_loop="handshakes"),
    Workload("websocket", "WebSocket echo of 64 bytes", 1.05, kind=WEBSOCKET, path="/", closed_loop="websocket"),
    Workload("tcp", "TCP, 64 bytes to and fro", 1.10, kind=BYTES, closed_loop="pingpong", unit="message"),
    Workload("tcp-bulk", "TCP, download", 1.10, kind=SOURCE, closed_loop="download", connections=8, unit="MiB"),
    Workload("udp", "UDP, 64 bytes to and fro", 1.10, kind=DATAGRAMS, closed_loop="datagrams", unit="datagram"),
    Workload("routes100", "100 host routes over 1,000 endpoints", 0, kind=ROUTES, routes=100),
    Workload("routes10000", "10,000 host routes over 1,000 endpoints", 0, kind=ROUTES, routes=10000),
]}
