"""Where the programs come from: installed or built where they are missing."""

import os
import pathlib
import re
import shutil
import subprocess
import sys

from machine import Failure

HOME = pathlib.Path(__file__).resolve().parents[2]
JAR = HOME / "benchmarks/target/benchmarks.jar"
SUITE = HOME / "tools/servers/suite"
NEWEST = "sid"


def say(text):
    print(text, file=sys.stderr, flush=True)


def install(tools):
    """Installs Debian's packages of commands that are missing."""
    missing = [package for command, package in tools.items() if not shutil.which(command, path="/usr/sbin:/usr/bin:/bin")]
    if missing:
        say(f"installing {' '.join(missing)}")
        subprocess.run(["apt-get", "update", "-qq"], check=True, stdout=sys.stderr)
        subprocess.run(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y", "-qq",
                        "--no-install-recommends", *missing], check=True, stdout=subprocess.DEVNULL)


def install_newest(packages):
    subprocess.run([SUITE, NEWEST, "install", *packages], check=True)


def build_penstock(checked_out):
    """Builds the program of a checkout where a source is newer than it."""
    for major in (17, 25):  # each has an archive of class data of its own
        subprocess.run([checked_out / "penstock", "--version"], check=True, stdout=sys.stderr,
                       env={**os.environ, "JAVA_HOME": str(jdk(major))})


def build_loads():
    """Builds the jar with the peers and the loads where a source is newer than it."""
    sources = [HOME / "pom.xml", HOME / "benchmarks/pom.xml", *(HOME / "benchmarks/src/main").rglob("*.java")]
    if JAR.exists() and all(source.stat().st_mtime < JAR.stat().st_mtime for source in sources):
        return
    say("building the peers and the loads ...")
    subprocess.run(["mvn", "-B", "-q", "package", "-pl", "benchmarks", "-am", "-Dmaven.test.skip=true",
                    "-Dmaven.javadoc.skip=true", "-Dspotless.check.skip=true", "-Denforcer.skip=true",
                    "-Djacoco.skip=true", "-Dforbiddenapis.skip=true"], cwd=HOME, check=True, stdout=sys.stderr)


def jdk(major):
    """The home of a JDK of a major version."""
    for home in sorted(pathlib.Path("/usr/lib/jvm").iterdir()):
        release = home / "release"
        if release.exists() and (home / "bin/java").exists() and f'JAVA_VERSION="{major}' in release.read_text():
            return home
    raise Failure(f"no JDK {major} (expected: one in /usr/lib/jvm)")


def jdk_version(home):
    return re.search(r'JAVA_VERSION="([^"]*)"', (home / "release").read_text())[1]


def own(main, home=None, options=()):
    """The command that runs a class of the module benchmarks; quiet about what Netty does."""
    return [(home or jdk(25)) / "bin/java", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
            *options, "-cp", JAR, f"dev.penstock.benchmarks.proxy.{main}"]


def native(program, newest):
    """The command that becomes HAProxy or nginx: Debian's, or that of the newest suite."""
    return [SUITE, NEWEST, "run", program] if newest else [shutil.which(program, path="/usr/sbin:/usr/bin")]


def native_version(program, newest):
    out = subprocess.run([*native(program, newest), "-v"], capture_output=True, text=True, check=True)
    return re.search(r"(?:version |nginx/)([0-9]+\.[0-9]+\.[0-9]+)", out.stdout + out.stderr)[1]


def debian_version(package):
    out = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", package], capture_output=True, text=True, check=True)
    return out.stdout.partition("-")[0]


def java_peer_version(artifact):
    pom = (HOME / "pom.xml").read_text()
    return re.search(rf"<{artifact}\.version>([^<]*)<", pom)[1]
