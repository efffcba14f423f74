"""The packaged program as benchmarks/ports starts it, and what it holds, seen from outside."""

import os
import pathlib
import re
import urllib.request

from machine import PROXY_CORE, Process, capture, free_port
from programs import HOME, jdk


def millions(count):
    """Bytes in MiB, for people."""
    return f"{count / (1 << 20):.1f}"


class Program:
    """The program with a listener for each of some kinds, by its launcher, with its defaults but for the heap."""

    def __init__(self, scene, chosen, kinds, site, echo=None):
        self.jcmd = jdk(chosen.java) / "bin/jcmd"
        self.ports = {name: free_port() for name in kinds}
        self.admin = free_port()
        self.rows = []
        lines = [f"admin: 127.0.0.1:{self.admin}", "drain: 0s", f"transport: {chosen.transport}", "listeners:"]
        lines += [f"  - {{address: '127.0.0.1:{self.ports[name]}', name: {name}, {kind}}}" for name, kind in kinds.items()]
        lines += ["services:", f"  site: {{endpoints: ['127.0.0.1:{site}'], limits: {{requests: 20000}}}}"]
        lines += [f"  echo: {{endpoints: ['127.0.0.1:{echo}']}}"] if echo else []
        file = scene.work / "ports.yaml"
        file.write_text("\n".join(lines) + "\n")
        environment = {"JAVA_HOME": str(jdk(chosen.java)),
                       "PENSTOCK_JAVA_OPTS": f"-Xmx{chosen.heap} -XX:NativeMemoryTracking=summary"}
        self.process = Process("penstock", [HOME / "penstock", "run", "-f", file], PROXY_CORE,
                               scene.work / "penstock.log", environment)

    def connections(self, listener):
        return int(self.metric("penstock_listener_connections", f'listener="{listener}"'))

    def refused(self):
        return int(self.metric("penstock_listener_refused_total"))

    def buffers(self):
        """What may wait in all connections together, in bytes."""
        return int(self.metric("penstock_buffers_most_bytes"))

    def metric(self, name, label=""):
        """The sum of what /metrics says by a name."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.admin}/metrics", timeout=30) as answer:
            lines = answer.read().decode().splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines
                   if re.match(rf"{name}[{{ ]", line) and label in line)

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.popen.pid}/fd"))

    def row(self, what):
        """Says what it holds: resident memory; the heap after a collection; memory that is Java's, but outside of it, for
        buffers (what HotSpot's count of native memory calls Other); all in bytes."""
        pid = str(self.process.popen.pid)
        histogram = capture([self.jcmd, pid, "GC.class_histogram"], 60)
        native = capture([self.jcmd, pid, "VM.native_memory", "summary", "scale=b"], 60)
        row = {
            "heap": int(re.search(r"(?m)^Total +\d+ +(\d+)", histogram)[1]),
            "direct": int(re.search(r"Other \(reserved=\d+, committed=(\d+)", native)[1]),
            "resident": self.process.resident_kib() << 10,
            "descriptors": self.descriptors(),
            "threads": len(os.listdir(f"/proc/{pid}/task")),
        }
        sockets = pathlib.Path("/proc/net/sockstat").read_text()
        system = int(re.search(r"(?m)^TCP: .* mem (\d+)", sockets)[1]) * os.sysconf("SC_PAGE_SIZE")
        if not self.rows:
            print(f"{'':34}{'resident':>10}{'heap':>10}{'direct':>10} MiB{'descriptors':>13}{'threads':>9}"
                  f"{'TCP of the system':>20} MiB")
        print(f"{what:34}{millions(row['resident']):>10}{millions(row['heap']):>10}{millions(row['direct']):>10}    "
              f"{row['descriptors']:>13}{row['threads']:>9}{millions(system):>20}", flush=True)
        self.rows.append(row)
        return row

    def close(self):
        self.process.stop()
