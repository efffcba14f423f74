"""What stands behind the proxies, and the files that a run needs: the endpoint, certificates, scripts of the load."""

import pathlib
import subprocess

from machine import LOAD_CORE, Failure, Process, accepts, ask, echoes, free_port, wait_for
from programs import native, own

ENDPOINTS = 1000  # addresses of the one endpoint program, for the routes
SERVICES = 100  # that share them


class Scene:
    """The endpoint on the load's core and a folder of files. Closed by close()."""

    def __init__(self, work):
        self.work = pathlib.Path(work)
        self.port = free_port()
        self.status_port = free_port()
        self.websocket_port = None
        self.bytes_port = None
        self.source_port = None
        self.datagrams_port = None
        self.processes = []

    def start(self, with_websocket, with_routes, with_bytes, with_datagrams):
        self.write_files()
        self.certify()
        self.start_endpoint(with_routes)
        if with_websocket:
            self.start_websocket()
        if with_bytes:
            self.bytes_port, self.source_port = self.start_own("TcpEndpoint", 2)
        if with_datagrams:
            self.datagrams_port, = self.start_own("DatagramEcho", 1, echoes)

    def endpoints(self):
        """Addresses of 127.0.0.0/8 at which the one endpoint listens, for the routes."""
        return [f"127.1.{i // 250}.{i % 250 + 1}:{self.port}" for i in range(ENDPOINTS)]

    def start_endpoint(self, with_routes):
        site = self.work / "site"
        site.mkdir()
        self.work.chmod(0o755)  # nginx reads as another user
        (site / "16k").write_bytes(b"x" * 16384)
        (site / "1m").write_bytes(b"x" * 1048576)
        addresses = [f"127.0.0.1:{self.port}"] + (self.endpoints() if with_routes else [])
        listens = "".join(f"    listen {address} backlog=4096;\n" for address in addresses)
        config = self.work / "endpoint.conf"
        config.write_text(f"""daemon off;
pid {self.work}/endpoint.pid;
worker_processes 1;
worker_rlimit_nofile 20000;
error_log {self.work}/endpoint.log;
events {{ worker_connections 18000; }}
http {{
  access_log off;
  client_body_temp_path {self.work}/endpoint.tmp;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000000;
  keepalive_timeout 1h;
  open_file_cache max=10;
  default_type text/plain;
  server {{
{listens}    root {site};
    location = /small {{ return 200 "{'x' * 128}"; }}
    location = /post {{ return 200 "ok"; }}
  }}
  server {{ listen 127.0.0.1:{self.status_port}; location = /status {{ stub_status; }} }}
}}
""")
        process = Process("endpoint", [*native("nginx", False), "-c", config], LOAD_CORE, self.work / "endpoint.out")
        self.processes.append(process)
        wait_for(lambda: ask(self.port), "the endpoint", process=process)

    def start_websocket(self):
        self.websocket_port, = self.start_own("WebSocketEcho", 1)

    def start_own(self, main, count, ready=accepts):
        """Starts an endpoint of the module benchmarks and gives the ports that it prints."""
        out = self.work / f"{main}.out"
        process = Process(main, own(main, options=("-XX:+UseSerialGC", "-Xmx512m")), LOAD_CORE, out)
        self.processes.append(process)
        said = lambda: [int(line) for line in out.read_text().splitlines() if line.isdigit()]
        wait_for(lambda: len(said()) == count, main, process=process)
        for port in said():
            wait_for(lambda: ready(port), main, process=process)
        return said()

    def certify(self):
        """A certificate of ECDSA P-256, in the forms that the proxies want."""
        pem, key, both, store = (self.work / name for name in ("tls.pem", "tls.key", "tls.both", "tls.p12"))
        self.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                     "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", pem)
        both.write_bytes(pem.read_bytes() + key.read_bytes())
        self.openssl("pkcs12", "-export", "-in", pem, "-inkey", key, "-out", store, "-passout", "pass:benchmark")
        for file in (key, both, store):
            file.chmod(0o600)

    @staticmethod
    def openssl(*words):
        run = subprocess.run(["openssl", *words], capture_output=True, text=True, check=False)
        if run.returncode != 0:
            raise Failure(f"openssl {words[0]}: {run.stderr}")

    def write_files(self):
        # What the load offers in TLS: the same cipher and group with every proxy.
        (self.work / "openssl.cnf").write_text(
            "openssl_conf = init\n[init]\nssl_conf = ssl\n[ssl]\nsystem_default = all\n"
            "[all]\nMinProtocol = TLSv1.3\nCiphersuites = TLS_AES_128_GCM_SHA256\nGroups = X25519\n")
        (self.work / "post.lua").write_text(
            'wrk.method = "POST"\nwrk.body = string.rep("x", 4096)\n'
            'wrk.headers["Content-Type"] = "application/octet-stream"\n')

    def write_routes(self, count):
        """A load that asks for all hosts in turn, in an order that no cache foresees."""
        file = self.work / f"routes{count}.lua"
        file.write_text(f"""local all, at = {{}}, 0
function init(args)
  for i = 0, {count - 1} do
    all[i + 1] = wrk.format("GET", "/small", {{["Host"] = "host" .. (i * 7919) % {count} .. ".example.com"}})
  end
end
function request()
  at = at % {count} + 1
  return all[at]
end
""")
        return file

    def close(self):
        for process in reversed(self.processes):
            process.stop()
