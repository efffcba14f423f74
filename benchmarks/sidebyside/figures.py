"""Figures besides the workloads: latency at a fixed rate, memory, the first seconds."""

import contextlib
import http.client
import re
import socket
import subprocess
import time

import workloads
from machine import LOAD_CORE, Failure, ask, wait_for
from programs import say
from proxies import PLAIN

RAMP = 30  # seconds of load from the start of the process; the last ten are the steady rate
REQUEST = b"GET /small HTTP/1.1\r\nHost: localhost\r\n\r\n"


def latency(proxies, scene, chosen):
    """Percentiles of a small GET at a fixed rate, in microseconds; in turn, round by round."""
    samples = []
    with contextlib.ExitStack() as started:
        for proxy in proxies:
            started.callback(proxy.stop)
            proxy.start(scene, PLAIN)
        for proxy in proxies:
            workloads.EVERY["small"].warm(scene, proxy, chosen.warmup)
        for number in range(chosen.rounds):
            turn = number % len(proxies)
            for proxy in proxies[turn:] + proxies[:turn]:
                samples.append({"round": number, **latency_sample(proxy, chosen)})
            say(f"  round {number + 1} of {chosen.rounds}")
    return samples


def latency_sample(proxy, chosen):
    before, warmup, seconds = proxy.process.cpu_seconds(), 4, 2 * chosen.seconds
    said = workloads.own_load(
        "OpenLoop", "--port", proxy.port, "--path", "/small", "--rate", chosen.rate, "--connections", workloads.CONNECTIONS,
        "--warmup", warmup, "--seconds", seconds, limit=warmup + seconds + 60)
    used = proxy.process.cpu_seconds() - before
    return {"proxy": proxy.key, **said, "cpu_us": used / (chosen.rate * (warmup + seconds)) * 1e6}


def memory(proxies, scene, chosen):
    """Resident memory right after the start, and with connections that asked all at once, were answered and now wait."""
    samples = []
    for proxy in proxies:
        with contextlib.ExitStack() as started:
            started.callback(proxy.stop)
            proxy.start(scene, PLAIN)
            idle = proxy.process.resident_kib()
            # What the first requests bring in, as classes and buffers, belongs to no connection.
            workloads.EVERY["small"].run(scene, proxy.port, min(5, chosen.warmup or 1))
            first = proxy.process.resident_kib()
            clients, errors = hold(proxy.port, chosen.idle, started)
            time.sleep(1)
            held = proxy.process.resident_kib()
            samples.append({
                "proxy": proxy.key, "idle_mib": idle / 1024, "held_mib": held / 1024, "errors": errors,
                "each_kib": (held - first) / len(clients) if not errors else None})
    return samples


def hold(port, count, started):
    """Connections that have been answered once, all asking at the same time."""
    clients = [started.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30)) for _ in range(count)]
    for client in clients:
        client.sendall(REQUEST)
    errors = sum(1 for client in clients if not client.recv(4096).startswith(b"HTTP/1.1 200"))
    for client in clients:
        client.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            if client.recv(4096) == b"":
                errors += 1  # closed meanwhile
    return clients, errors


def start(proxies, scene, chosen):
    """The time to the first 200, and the rate in the fifth and tenth second under load from the start on."""
    samples = []
    for number in range(min(3, chosen.rounds)):
        for proxy in proxies:
            with contextlib.ExitStack() as started:
                started.callback(proxy.stop)
                samples.append({"round": number, **start_sample(proxy, scene)})
        say(f"  round {number + 1} of {min(3, chosen.rounds)}")
    return samples


def start_sample(proxy, scene):
    begin = time.monotonic()
    proxy.start(scene, PLAIN, wait=False)
    wait_for(lambda: ask(proxy.port), proxy.key, process=proxy.process, pause=0.002)
    first = time.monotonic() - begin
    counts = {}
    with subprocess.Popen(["taskset", "-c", str(LOAD_CORE), "wrk", "-t", "1", "-c", str(workloads.CONNECTIONS),
                           "-d", f"{RAMP}s", "--timeout", "20s", f"http://127.0.0.1:{proxy.port}/small"],
                          stdout=subprocess.PIPE, text=True, start_new_session=True) as load:
        try:
            for second in (4, 5, 9, 10, RAMP - 10, RAMP):
                time.sleep(max(0, begin + second - time.monotonic()))
                counts[second] = served(scene)
            out, _ = load.communicate(timeout=60)
        except BaseException:
            load.kill()
            raise
    errors = sum(map(int, re.findall(r"(?:connect|read|write|timeout) (\d+)", out)))
    if errors:
        say(f"  {proxy.key}: {errors} errors: the sample is void")
    return {"proxy": proxy.key, "errors": errors, "first_ms": first * 1000, "fifth": counts[5] - counts[4],
            "tenth": counts[10] - counts[9], "steady": (counts[RAMP] - counts[RAMP - 10]) / 10}


def served(scene):
    """How many requests the endpoint has had."""
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", scene.status_port, timeout=5)) as ask_status:
        ask_status.request("GET", "/status")
        numbers = re.search(r"\n ?(\d+) (\d+) (\d+)", ask_status.getresponse().read().decode())
    if not numbers:
        raise Failure("the endpoint does not say how many requests it has had")
    return int(numbers[3])
