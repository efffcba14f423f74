"""The proxies: how each is configured and started. All do the same: one listener, requests to the endpoint behind it,
X-Forwarded-For, connections kept on both sides, one core; no access log but that of penstock-watched."""

import contextlib
import os
import threading
import urllib.request

from machine import PROXY_CORE, Process, accepts, ask, echoes, free_port, wait_for
from programs import HOME, debian_version, java_peer_version, jdk, jdk_version, native, native_version, own
from scene import SERVICES

MODULES = "/usr/lib/nginx/modules"
PLAIN, TLS, WEBSOCKET, ROUTES = "plain", "tls", "websocket", "routes"
BYTES, SOURCE, DATAGRAMS = "bytes", "source", "datagrams"


class Proxy:
    """One of the proxies that are compared. A subclass says its command and its configuration."""

    warm = False  # whether it needs a warm-up, as what compiles while it runs does
    kinds = (PLAIN, TLS, WEBSOCKET)

    def __init__(self, key):
        self.key = key
        self.process = None
        self.port = None

    def version(self):
        raise NotImplementedError

    def command(self, scene, kind, routes):
        """Writes its configuration and gives its command."""
        raise NotImplementedError

    def environment(self):
        return {}

    def start(self, scene, kind, routes=0, wait=True):
        self.port = free_port()
        command = self.command(scene, kind, routes)
        log = scene.work / f"{self.key}-{kind}.log"
        self.process = Process(self.key, command, PROXY_CORE, log, self.environment())
        if wait:
            check = {PLAIN: ask, DATAGRAMS: echoes}.get(kind, accepts)
            ready = lambda: check(self.port)
            wait_for(ready, self.key, process=self.process)

    def stop(self):
        if self.process is not None:
            self.process.stop()
            self.process = None


def services(scene):
    """The endpoints of each service, where there are routes to many."""
    endpoints = scene.endpoints()
    return {f"s{i}": endpoints[i::SERVICES] for i in range(SERVICES)}


def hosts(routes):
    """Each host with its service."""
    return [(f"host{i}.example.com", f"s{i % SERVICES}") for i in range(routes)]


def behind(scene, kind):
    ports = {WEBSOCKET: scene.websocket_port, BYTES: scene.bytes_port, SOURCE: scene.source_port,
             DATAGRAMS: scene.datagrams_port}
    return ports.get(kind, scene.port)


class Penstock(Proxy):
    """The packaged program, by its launcher, with its defaults."""

    warm = True
    kinds = (PLAIN, TLS, WEBSOCKET, ROUTES, BYTES, SOURCE, DATAGRAMS)

    def __init__(self, key, major, transport, checked_out=HOME):
        super().__init__(key)
        self.home = jdk(major)
        self.transport = transport
        self.checked_out = checked_out
        self.admin_port = None

    def more(self, scene):
        """Lines of its configuration besides."""
        return []

    def version(self):
        return f"{self.transport}, JDK {jdk_version(self.home)}"

    def environment(self):
        return {"JAVA_HOME": str(self.home), "PENSTOCK_JAVA_OPTS": os.environ.get("PENSTOCK_JAVA_OPTS", "")}

    def command(self, scene, kind, routes):
        raw = {BYTES: ", tcp: site", SOURCE: ", tcp: site", DATAGRAMS: ", udp: site"}.get(kind, "")
        tls = f", tls: {{certificates: [{{certificate: {scene.work}/tls.pem, key: {scene.work}/tls.key}}]}}"
        self.admin_port = free_port()
        lines = [
            f"admin: 127.0.0.1:{self.admin_port}",
            *self.more(scene),
            "drain: 0s",
            f"transport: {self.transport}",
            f"listeners: [{{address: '127.0.0.1:{self.port}'{tls if kind == TLS else ''}{raw}}}]",
        ]
        if kind == ROUTES:
            lines.append("routes:")
            lines += [f"  - {{host: {host}, service: {service}}}" for host, service in hosts(routes)]
            lines.append("services:")
            lines += [f"  {name}: {{endpoints: [{', '.join(all_of)}]}}" for name, all_of in services(scene).items()]
        else:
            lines += [] if raw else ["routes: [{service: site}]"]
            lines.append(f"services: {{site: {{endpoints: ['127.0.0.1:{behind(scene, kind)}']}}}}")
        file = scene.work / f"{self.key}.yaml"
        file.write_text("\n".join(lines) + "\n")
        return [self.checked_out / "penstock", "run", "-f", file]


class Watched(Penstock):
    """Penstock with an access log in a file, and with somebody who takes its metrics each second."""

    def __init__(self, key, major, transport):
        super().__init__(key, major, transport)
        self.ended = None

    def more(self, scene):
        return [f"log: {{access: {{to: '{scene.work}/{self.key}.log.json'}}}}"]

    def start(self, scene, kind, routes=0, wait=True):
        super().start(scene, kind, routes, wait)
        self.ended = threading.Event()
        threading.Thread(target=self.scrape, args=(self.ended, self.admin_port), daemon=True).start()

    @staticmethod
    def scrape(ended, port):
        while not ended.wait(1):
            with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as said:
                said.read()

    def stop(self):
        if self.ended is not None:
            self.ended.set()
        super().stop()


class HAProxy(Proxy):
    kinds = (PLAIN, TLS, WEBSOCKET, ROUTES, BYTES, SOURCE)

    def __init__(self, key, newest):
        super().__init__(key)
        self.newest = newest

    def version(self):
        return native_version("haproxy", self.newest)

    def command(self, scene, kind, routes):
        bind = f"127.0.0.1:{self.port}"
        if kind == TLS:
            bind += f" ssl crt {scene.work}/tls.both ssl-min-ver TLSv1.3 alpn http/1.1"
        if kind == ROUTES:
            table = scene.work / f"{self.key}.map"
            table.write_text("".join(f"{host} {service}\n" for host, service in hosts(routes)))
            use = f"  use_backend %[req.hdr(host),lower,map_str({table},none)]\n"
            backends = "".join(
                f"backend {name}\n" + "".join(f"  server e{i} {address}\n" for i, address in enumerate(all_of))
                for name, all_of in services(scene).items()) + "backend none\n"
        else:
            use = "  default_backend site\n"
            backends = f"backend site\n  server one 127.0.0.1:{behind(scene, kind)}\n"
        raw = kind in (BYTES, SOURCE)
        options = "  option splice-auto\n" if raw else "  option forwardfor\n  http-reuse always\n"
        file = scene.work / f"{self.key}.cfg"
        file.write_text(f"""global
  nbthread 1
  maxconn {4000 if raw else 9900}
defaults
  mode {"tcp" if raw else "http"}
  timeout connect 3s
  timeout client 65s
  timeout server 30s
  timeout tunnel 1h
  timeout http-request 15s
  timeout http-keep-alive 65s
{options}frontend in
  bind {bind} backlog 4096
{use}{backends}""")
        return [*native("haproxy", self.newest), "-db", "-f", file]


class Nginx(Proxy):

    def __init__(self, key, newest):
        super().__init__(key)
        self.newest = newest
        # Its module for TCP and UDP is at hand in the newest suite only.
        self.kinds = (PLAIN, TLS, WEBSOCKET, ROUTES, *((BYTES, SOURCE, DATAGRAMS) if newest else ()))

    def version(self):
        return native_version("nginx", self.newest)

    def command(self, scene, kind, routes):
        keep = "keepalive 256; keepalive_requests 1000000000;"
        if kind == ROUTES:
            table = "".join(f"    {host} {service};\n" for host, service in hosts(routes))
            upstreams = (
                f"  map_hash_max_size 65536;\n  map_hash_bucket_size 128;\n"
                f"  map $host $service {{\n    default none;\n{table}  }}\n  upstream none {{ server 127.0.0.1:1; }}\n"
                + "".join(f"  upstream {name} {{ {' '.join(f'server {a};' for a in all_of)} {keep} }}\n"
                          for name, all_of in services(scene).items()))
            target = "$service"
        else:
            upstreams = f"  upstream site {{ server 127.0.0.1:{behind(scene, kind)}; {keep} }}\n"
            target = "site"
        listen, tls = f"127.0.0.1:{self.port} backlog=4096", ""
        if kind == TLS:
            listen += " ssl"
            tls = (f"    ssl_certificate {scene.work}/tls.pem;\n    ssl_certificate_key {scene.work}/tls.key;\n"
                   "    ssl_protocols TLSv1.3;\n")
        if kind == WEBSOCKET:
            connection = 'proxy_set_header Upgrade $http_upgrade;\n      proxy_set_header Connection "upgrade";'
        else:
            connection = 'proxy_set_header Connection "";'
        file = scene.work / f"{self.key}.conf"
        if kind in (BYTES, SOURCE, DATAGRAMS):
            return self.stream(scene, kind, file)
        file.write_text(f"""daemon off;
user root;
pid {scene.work}/{self.key}.pid;
worker_processes 1;
worker_rlimit_nofile 20000;
error_log {scene.work}/{self.key}.err;
events {{ worker_connections 19900; }}
http {{
  access_log off;
  client_body_temp_path {scene.work}/{self.key}.body;
  proxy_temp_path {scene.work}/{self.key}.temp;
  proxy_max_temp_file_size 0;
  keepalive_requests 1000000000;
{upstreams}  server {{
    listen {listen};
{tls}    location / {{
      proxy_pass http://{target};
      proxy_http_version 1.1;
      {connection}
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    }}
  }}
}}
""")
        return self.run(scene, file)

    def stream(self, scene, kind, file):
        file.write_text(f"""load_module {MODULES}/ngx_stream_module.so;
daemon off;
user root;
pid {scene.work}/{self.key}.pid;
worker_processes 1;
worker_rlimit_nofile 20000;
error_log {scene.work}/{self.key}.err;
events {{ worker_connections 19900; }}
stream {{
  server {{
    listen 127.0.0.1:{self.port} {"udp" if kind == DATAGRAMS else "backlog=4096"};
    proxy_pass 127.0.0.1:{behind(scene, kind)};
  }}
}}
""")
        return self.run(scene, file)

    def run(self, scene, file):
        return [*native("nginx", self.newest), "-c", file, "-e", f"{scene.work}/{self.key}.err"]


class Pen(Proxy):
    """A load balancer for TCP and UDP."""

    kinds = (BYTES, SOURCE, DATAGRAMS)

    def version(self):
        return debian_version("pen")

    def command(self, scene, kind, routes):
        udp = ["-U"] if kind == DATAGRAMS else []
        return ["/usr/bin/pen", "-f", "-r", "-x", "1000", *udp, f"127.0.0.1:{self.port}", f"127.0.0.1:{behind(scene, kind)}"]


class JavaPeer(Proxy):
    """A proxy on the JVM that a class of the module benchmarks starts."""

    warm = True

    def __init__(self, key, main, artifact, major):
        super().__init__(key)
        self.main, self.artifact, self.home = main, artifact, jdk(major)

    def version(self):
        return f"{java_peer_version(self.artifact)}, JDK {jdk_version(self.home)}"

    def command(self, scene, kind, routes):
        words = ["--port", self.port, "--endpoint", behind(scene, kind)]
        if kind == TLS:
            words += ["--certificate", scene.work / "tls.pem", "--key", scene.work / "tls.key",
                      "--keystore", scene.work / "tls.p12"]
        return [*own(self.main, self.home), *words]


def every():
    """All proxies, by key, in the order of the table."""
    known = [
        HAProxy("haproxy", True), Nginx("nginx", True), HAProxy("haproxy-debian", False), Nginx("nginx-debian", False),
        Penstock("penstock", 25, "epoll"), Penstock("penstock-io_uring", 25, "io_uring"),
        Penstock("penstock-jdk17", 17, "epoll"), Watched("penstock-watched", 25, "epoll"), JavaPeer("undertow", "UndertowPeer", "undertow", 25),
        Pen("pen"), JavaPeer("vertx", "VertxPeer", "vertx", 25),
    ]
    return {proxy.key: proxy for proxy in known}
