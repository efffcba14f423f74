"""The command: what is measured in which order."""

import argparse
import contextlib
import json
import os
import pathlib
import resource
import signal
import subprocess
import sys
import tempfile
import time

import figures
import programs
import report
import workloads
from machine import Failure
from programs import say
from proxies import BYTES, DATAGRAMS, ROUTES, SOURCE, WEBSOCKET, Penstock, every
from scene import Scene

FIGURES = ("latency", "memory", "start")


def options():
    known = [*workloads.EVERY, *FIGURES]
    parser = argparse.ArgumentParser(prog="benchmarks/proxy", description="Compares Penstock with other proxies.")
    parser.add_argument("--only", type=words(known), default=known, metavar="A,B", help=f"some of {', '.join(known)}")
    parser.add_argument("--proxies", type=words(every()), default=list(every()), metavar="A,B",
                        help=f"some of {', '.join(every())}")
    parser.add_argument("--before", type=checkout, metavar="FOLDER",
                        help="another checkout of Penstock, measured beside this one as the proxy 'before'")
    parser.add_argument("--rounds", type=int, default=5, help="samples of each proxy and workload (5)")
    parser.add_argument("--seconds", type=int, default=5, help="length of a sample (5)")
    parser.add_argument("--warmup", type=int, default=30, help="seconds of its core that a JVM has before its first sample (30)")
    parser.add_argument("--rate", type=int, default=8000, help="requests a second for the latency (8000)")
    parser.add_argument("--idle", type=int, default=8000, help="idle connections for the memory (8000)")
    parser.add_argument("--quick", action="store_true", help="the same as --rounds 3 --seconds 3 --warmup 8")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="writes all samples there, too")
    chosen = parser.parse_args()
    if chosen.quick:
        chosen.rounds, chosen.seconds, chosen.warmup = 3, 3, 8
    return chosen


def checkout(text):
    folder = pathlib.Path(text).resolve()
    if not (folder / "penstock").is_file():
        raise argparse.ArgumentTypeError(f"{text} (expected: a checkout of Penstock; it has no penstock)")
    return folder


def words(known):
    def read(text):
        chosen = text.split(",")
        for word in chosen:
            if word not in known:
                raise argparse.ArgumentTypeError(f"{word} (expected: some of {', '.join(known)})")
        return chosen
    return read


def prepare(before):
    if (os.cpu_count() or 1) < 2:
        raise Failure("one core (expected: two, one for the proxy and one for the load)")
    programs.install({"wrk": "wrk", "haproxy": "haproxy", "nginx": "nginx-light", "pen": "pen", "openssl": "openssl", "taskset": "util-linux"})
    programs.install_newest(["haproxy", "nginx-light", "libnginx-mod-stream"])
    for checked_out in filter(None, (programs.HOME, before)):
        programs.build_penstock(checked_out)
    programs.build_loads()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def sample(proxy, workload, scene, seconds):
    """One load of one proxy: CPU of the whole process by the requests that were answered."""
    before, begin = proxy.process.cpu_seconds(), time.monotonic()
    done = workload.run(scene, proxy.port, seconds)
    used, took = proxy.process.cpu_seconds() - before, time.monotonic() - begin
    if done.errors or not done.requests:
        say(f"  {proxy.key}: {done.errors} errors, {done.requests} requests: the sample is void")
        return {"proxy": proxy.key, "errors": done.errors or 1}
    return {"proxy": proxy.key, "errors": 0, "requests": done.requests, "cpu_us": used / done.requests * 1e6,
            "rate": done.requests / done.seconds, "busy": used / took}


def compare(workload, proxies, scene, chosen):
    """All proxies in turn, round by round, each time in another order."""
    samples = []
    with contextlib.ExitStack() as started:
        for proxy in proxies:
            started.callback(proxy.stop)
            proxy.start(scene, workload.kind, workload.routes)
        for proxy in proxies:
            workload.warm(scene, proxy, chosen.warmup)
        for number in range(chosen.rounds):
            turn = number % len(proxies)
            for proxy in proxies[turn:] + proxies[:turn]:
                samples.append({"round": number, **sample(proxy, workload, scene, chosen.seconds)})
            say(f"  round {number + 1} of {chosen.rounds}; load {os.getloadavg()[0]:.1f}")
    return samples


def run(chosen, scene, proxies, results):
    for key in chosen.only:
        if key in workloads.EVERY:
            workload = workloads.EVERY[key]
            some = [proxy for proxy in proxies if workload.kind in proxy.kinds]
            say(workload.title)
            samples = compare(workload, some, scene, chosen)
            results["workloads"][key] = samples
            print(report.workload(workload, some, samples), flush=True)
        else:
            say(key)
            results[key] = getattr(figures, key)(proxies, scene, chosen)
            print(getattr(report, key)(proxies, results[key]), flush=True)
        if chosen.json:
            chosen.json.write_text(json.dumps(results, indent=1) + "\n")


def about(proxies):
    revision = subprocess.run(["git", "-C", programs.HOME, "describe", "--always", "--dirty"], capture_output=True,
                              text=True, check=False).stdout.strip()
    return {"date": time.strftime("%Y-%m-%d"), "revision": revision, "kernel": os.uname().release,
            "cores": os.cpu_count(), "load": os.getloadavg()[0],
            "versions": {proxy.key: proxy.version() for proxy in proxies}}


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is ended
    chosen = options()
    try:
        prepare(chosen.before)
        proxies = [proxy for key, proxy in every().items() if key in chosen.proxies]
        if chosen.before:
            proxies.append(Penstock("before", 25, "epoll", chosen.before))
        results = {"about": about(proxies), "workloads": {}}
        print(report.about(results["about"]), flush=True)
        kinds = {workloads.EVERY[key].kind for key in chosen.only if key in workloads.EVERY}
        with tempfile.TemporaryDirectory(prefix="penstock-benchmark-", dir="/tmp") as work, \
                contextlib.closing(Scene(work)) as scene:
            scene.start(WEBSOCKET in kinds, ROUTES in kinds, not kinds.isdisjoint((BYTES, SOURCE)),
                        DATAGRAMS in kinds)
            run(chosen, scene, proxies, results)
    except KeyboardInterrupt:
        return 130
    except (Failure, subprocess.CalledProcessError) as failure:
        say(f"benchmarks/proxy: {failure}")
        return 1
    return 0

