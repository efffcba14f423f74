"""The command benchmarks/ports: what service ports of the packaged program hold, and that nothing is left of them."""

import argparse
import contextlib
import os
import resource
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

import programs
from held import Program, millions
from machine import Failure, accepts, echoes, wait_for
from programs import HOME, say
from scene import Scene

BATCH = 64  # datagrams under way at once, so that no socket's buffer is too small for them
TRIES = 5  # a datagram may be lost, and is sent again
PATIENCE = 30.0  # seconds that a single answer may take
LATER = 10  # seconds in which readers that have stopped may cost nothing more


def options():
    parser = argparse.ArgumentParser(prog="benchmarks/ports", description="Shows what service ports hold.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"some of {', '.join(PARTS)} (all but churn)")
    parser.add_argument("--connections", type=int, default=8000, help="TCP connections at once (8000)")
    parser.add_argument("--flows", type=int, default=10000, help="UDP flows at once (10000)")
    parser.add_argument("--readers", type=int, default=100, help="clients that stop reading (100)")
    parser.add_argument("--heap", default="256m", help="the program's -Xmx (256m)")
    parser.add_argument("--java", type=int, default=25, help="the program's JDK (25)")
    parser.add_argument("--transport", default="epoll", help="the program's transport (epoll)")
    parser.add_argument("--seconds", type=int, default=600, help="length of the churn (600)")
    chosen = parser.parse_args()
    for part in chosen.parts:
        if part not in PARTS:
            parser.error(f"{part} (expected: some of {', '.join(PARTS)})")
    chosen.parts = chosen.parts or [part for part in PARTS if part != "churn"]
    return chosen


def source(number):
    """An address of 127.0.0.0/8 to come from, so that ports of the system suffice."""
    return f"127.0.1.{1 + number // 1000}"


def expect(true, problem, problems):
    if not true:
        problems.append(problem)


def tcp(chosen, scene, problems):
    """Connections that are open at the same time, each of which is answered when it is opened and again among all others."""
    endpoint = scene.start_own("TcpEndpoint", 2)[0]
    with contextlib.closing(Program(scene, chosen, {"tcp": "tcp: {service: site}"}, endpoint)) as program, \
            contextlib.ExitStack() as opened:
        wait_for(lambda: accepts(program.ports["tcp"]), "the program", process=program.process)
        program.row("started")
        clients = [opened.enter_context(connected(socket.SOCK_STREAM, number, program.ports["tcp"]))
                   for number in range(chosen.connections)]
        for time_of in ("open", "again"):
            for number, client in enumerate(clients):
                client.sendall(struct.pack("!I", number))
            wrong = sum(1 for number, client in enumerate(clients) if received(client, 4) != struct.pack("!I", number))
            expect(not wrong, f"tcp, {time_of}: {wrong} connections without the right answer", problems)
        judge(program, "tcp", chosen.connections, problems)
        program.row(f"{chosen.connections} connections")
        opened.close()
        ended(program, "tcp", problems)


def udp(chosen, scene, problems):
    """The same of flows; what is lost on the way is asked again."""
    endpoint, = scene.start_own("DatagramEcho", 1, echoes)
    with contextlib.closing(Program(scene, chosen, {"udp": "udp: {service: site, idle: 10m}"}, endpoint)) as program, \
            contextlib.ExitStack() as opened:
        wait_for(lambda: echoes(program.ports["udp"]), "the program", process=program.process)
        known = program.connections("udp")  # those that asked whether it is there
        program.row("started")
        clients = [opened.enter_context(connected(socket.SOCK_DGRAM, number, program.ports["udp"]))
                   for number in range(chosen.flows)]
        for time_of in ("open", "again"):
            lost = wrong = 0
            for begin in range(0, len(clients), BATCH):
                batch = list(enumerate(clients))[begin:begin + BATCH]
                for number, client in batch:
                    client.send(struct.pack("!I", number))
                for number, client in batch:
                    answer, again = asked(client, struct.pack("!I", number))
                    lost += again
                    wrong += answer != struct.pack("!I", number)
            expect(not wrong, f"udp, {time_of}: {wrong} flows without the right answer", problems)
            say(f"  {time_of}: {lost} datagrams were lost and sent again")
        judge(program, "udp", chosen.flows + known, problems)
        program.row(f"{chosen.flows} flows")


def connected(kind, number, port):
    client = socket.socket(socket.AF_INET, kind)
    client.bind((source(number), 0))
    client.settimeout(PATIENCE)
    client.connect(("127.0.0.1", port))
    return client


def received(client, length):
    """What comes; less where it ends before."""
    got = b""
    with contextlib.suppress(OSError):
        while len(got) < length:
            more = client.recv(length - len(got))
            if not more:
                break
            got += more
    return got


def asked(client, question):
    """The answer to a datagram that was sent, and how often it was sent again."""
    client.settimeout(1)
    for again in range(TRIES):
        try:
            return client.recv(64), again
        except OSError:
            client.send(question)
    return b"", TRIES


def judge(program, listener, most, problems):
    there, refused = program.connections(listener), program.refused()
    expect(there == most, f"{listener}: {there} at once (expected: {most})", problems)
    expect(not refused, f"{listener}: {refused} refused or cut off", problems)


def ended(program, listener, problems):
    """Once all clients have left the program holds what it did before."""
    first = program.rows[0]
    with contextlib.suppress(Failure):  # the connections to the backend end a little later
        wait_for(lambda: not program.connections(listener) and program.descriptors() <= first["descriptors"] + 10,
                 "the end of all", limit=60)
    program.row("all closed")
    last = program.rows[-1]
    for what in ("descriptors", "threads"):
        expect(last[what] <= first[what] + 10, f"{listener}: {last[what]} {what} left of {first[what]}", problems)


def stopped(chosen, scene, problems):
    """Clients of an endless download that do not read: memory stays bounded, others are served, and they can read on."""
    echo, endless = scene.start_own("TcpEndpoint", 2)
    kinds = {"endless": "tcp: {service: site}", "echo": "tcp: {service: echo}"}
    with contextlib.closing(Program(scene, chosen, kinds, endless, echo)) as program, contextlib.ExitStack() as opened:
        wait_for(lambda: accepts(program.ports["echo"]), "the program", process=program.process)
        program.row("started")
        clients = []
        for number in range(chosen.readers):
            client = opened.enter_context(socket.socket())
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)  # so that little waits in the system
            client.settimeout(PATIENCE)
            client.connect(("127.0.0.1", program.ports["endless"]))
            clients.append(client)
        quiet(scene.processes[-1])
        program.row(f"{chosen.readers} readers stopped")
        time.sleep(LATER)
        row = program.row(f"{LATER} s later")
        with connected(socket.SOCK_STREAM, 0, program.ports["echo"]) as other:
            other.sendall(b"x")
            expect(received(other, 1) == b"x", "stopped: another client was not answered", problems)
        first, before, bound = program.rows[0], program.rows[1], program.buffers()
        expect(row["direct"] <= first["direct"] + bound,
               f"stopped: {millions(row['direct'])} MiB direct (expected: {millions(bound)} more at most)", problems)
        grown = row["direct"] + row["heap"] - before["direct"] - before["heap"]
        expect(grown < 8 << 20, f"stopped: {millions(grown)} MiB more in {LATER} s", problems)
        short = sum(1 for client in clients if len(received(client, 1 << 20)) < 1 << 20)
        expect(not short, f"stopped: {short} readers could not read on", problems)
        program.row("all have read a mebibyte more")
        expect(not program.refused(), f"stopped: {program.refused()} refused or cut off", problems)
        opened.close()
        ended(program, "endless", problems)


def quiet(endpoint):
    """Waits until an endpoint that sends all that is taken has nothing to do any more."""
    end, used = time.monotonic() + 120, -1.0
    while endpoint.cpu_seconds() - used > 0.05:
        if time.monotonic() > end:
            raise Failure("stopped: bytes are still taken after 120 s")
        used = endpoint.cpu_seconds()
        time.sleep(3)


def churn(chosen, scene, problems):
    """The test of the build, for longer."""
    figures = HOME / "proxy-netty/target/port-soak-figures.txt"
    figures.unlink(missing_ok=True)
    run = subprocess.run(
        ["mvn", "-q", "-o", "test", "-pl", "proxy-netty", "-am", "-Dtest=PortSoakTest", "-Djacoco.skip",
         "-Dsurefire.failIfNoSpecifiedTests=false", "-Dtest.reruns=0", "-Dspotless.check.skip",
         f"-Dpenstock.soak.seconds={chosen.seconds}"], cwd=HOME, check=False, stdout=subprocess.PIPE, text=True)
    print(figures.read_text() if figures.exists() else "", end="")
    expect(run.returncode == 0, f"churn: {run.stdout[:4000]}", problems)


PARTS = {"tcp": tcp, "udp": udp, "stopped": stopped, "churn": churn}


def prepare(chosen):
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    need = 2 * max(chosen.connections, chosen.flows // 2) + 500
    if hard < need:
        raise Failure(f"ulimit -n: {hard} (expected: {need} or more)")
    programs.build_penstock(HOME)
    programs.build_loads()


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is ended
    chosen = options()
    problems = []
    try:
        if set(chosen.parts) != {"churn"}:
            prepare(chosen)
        for part in chosen.parts:
            how = (f"{chosen.seconds} s" if part == "churn" else
                   f"JDK {programs.jdk_version(programs.jdk(chosen.java))}, -Xmx{chosen.heap}, {chosen.transport}, "
                   f"ulimit -n {resource.getrlimit(resource.RLIMIT_NOFILE)[0]}")
            print(f"== {part}: {how}, load {os.getloadavg()[0]:.1f}", flush=True)
            with tempfile.TemporaryDirectory(prefix="penstock-ports-", dir="/tmp") as work, \
                    contextlib.closing(Scene(work)) as scene:
                PARTS[part](chosen, scene, problems)
    except KeyboardInterrupt:
        return 130
    except (Failure, subprocess.CalledProcessError, OSError) as failure:
        problems.append(str(failure))
    for problem in problems:
        say(f"benchmarks/ports: {problem}")
    print("failed" if problems else "nothing failed")
    return 1 if problems else 0
