package dev.penstock.proxy.blackbox;

import dev.penstock.catalog.HealthSpec;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.Protocol;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.health.CheckSpec;
import dev.penstock.health.HttpCheck;
import dev.penstock.proxy.Gateway;
import dev.penstock.proxy.TlsChoice;
import dev.penstock.route.Match;
import dev.penstock.tls.UpstreamTls;
import java.io.BufferedReader;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringTokenizer;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A gateway in a process of its own, in front of one backend; it ends with its input. On a line of input it takes all
 * descriptors that are left, on the next one it gives them back; each time it says so. On a question mark it tells how many
 * clients it refused, by reason, on a {@code c} what the clock on its wall shows. With {@code -Dimpatient=MILLIS} it waits
 * for heads and requests for so long, and checks its endpoint as often; with {@code -Dauthority=FILE -Dprovider=NAME} it calls
 * its backend by that kind of TLS. With {@code -Dudp=true} it passes datagrams on.
 */
final class GatewayProcess implements AutoCloseable {
    private final Process process;
    private final BufferedReader output;
    private final int port;

    private GatewayProcess(Process process, BufferedReader output, int port) {
        this.process = process;
        this.output = output;
        this.port = port;
    }

    /** The process itself: starts the gateway, says its port, waits for the end of the input. */
    public static void main(String[] arguments) throws IOException {
        var out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        var backend = Endpoint.of("127.0.0.1", Integer.parseInt(arguments[0]));
        try (var gateway = start(ServiceSpec.of("site").withEndpoints(List.of(backend)))) {
            out.println(gateway.port());
            List<FileInputStream> taken = new ArrayList<>();
            for (int in = System.in.read(); in >= 0; in = System.in.read()) {
                if (in == '?') {
                    out.println(refused(gateway));
                    continue;
                }
                if (in == 'c') {
                    out.println(wallClockMillis());
                    continue;
                }
                if (taken.isEmpty()) {
                    takeAll(taken);
                } else {
                    for (FileInputStream file : taken) {
                        file.close();
                    }
                    taken.clear();
                }
                out.println(taken.size());
            }
        }
    }

    private static Gateway start(ServiceSpec site) {
        String authority = System.getProperty("authority");
        if (authority != null) {
            var tls = UpstreamTls.defaults().withCa(Path.of(authority));
            return Setup.builder(Setup.LISTENER, site.withTls(tls))
                    .tls(TlsChoice.valueOf(System.getProperty("provider")))
                    .start();
        }
        if (Boolean.getBoolean("udp")) {
            return Setup.gateway()
                    .listener(ListenerSpec.of("web", "127.0.0.1:0").withProtocol(Protocol.Udp.defaults()))
                    .service(site)
                    .route(Match.ALL.withListeners(Set.of("web")), "site")
                    .start();
        }
        long millis = Long.getLong("impatient", 0);
        if (millis == 0) {
            return Setup.start(site);
        }
        var time = Duration.ofMillis(millis);
        var timeouts = Setup.LISTENER.timeouts().withHeader(time).withIdle(time);
        var check = CheckSpec.of(HttpCheck.get("/health")).withInterval(time);
        return Setup.start(
                Setup.LISTENER.withTimeouts(timeouts),
                site.withHealth(HealthSpec.defaults().withCheck(check)));
    }

    /** What a file in an archive gets for its time; nobody here may ask for it otherwise. */
    private static long wallClockMillis() throws IOException {
        var entry = new ZipEntry("now");
        try (var archive = new ZipOutputStream(OutputStream.nullOutputStream())) {
            archive.putNextEntry(entry);
        }
        return entry.getTime();
    }

    private static String refused(Gateway gateway) {
        return gateway.status("web").refused().entrySet().stream()
                .filter(each -> each.getValue() > 0)
                .map(each -> each.getKey().token() + "=" + each.getValue())
                .collect(Collectors.joining(","));
    }

    private static void takeAll(List<FileInputStream> taken) {
        try {
            while (taken.size() < 1_000_000) {
                taken.add(new FileInputStream("/dev/null"));
            }
        } catch (IOException e) {
            return; // there are no more
        }
    }

    static GatewayProcess start(int backendPort, String... options) throws IOException {
        return start(List.of(), backendPort, options);
    }

    /** A process that the system loads a library into. */
    static GatewayProcess startWithLibrary(Path library, int backendPort, String... options) throws IOException {
        return start(List.of("/usr/bin/env", "LD_PRELOAD=" + library), backendPort, options);
    }

    /** A process that may open so many files and sockets. */
    static GatewayProcess startWithDescriptors(int most, int backendPort, String... options) throws IOException {
        return start(List.of("/bin/sh", "-c", "ulimit -n " + most + "; exec \"$@\"", "sh"), backendPort, options);
    }

    private static GatewayProcess start(List<String> before, int backendPort, String... options) throws IOException {
        var command = new ArrayList<>(before);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", classPath(), GatewayProcess.class.getName(), Integer.toString(backendPort)));
        var process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        String port = output.readLine();
        if (port == null) {
            throw new IllegalStateException("the gateway ended before it was started: " + command);
        }
        return new GatewayProcess(process, output, Integer.parseInt(port));
    }

    private static String classPath() {
        // Surefire starts its own process with a class path of one generated file, and keeps the real one here.
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return classPath.endsWith(File.pathSeparator) ? classPath.substring(0, classPath.length() - 1) : classPath;
    }

    int port() {
        return port;
    }

    /** How many clients it has refused, by the tokens of the reasons. */
    Map<String, Long> refused() throws IOException {
        process.getOutputStream().write('?');
        process.getOutputStream().flush();
        Map<String, Long> counts = new TreeMap<>();
        for (var all = new StringTokenizer(output.readLine(), "=,"); all.hasMoreTokens(); ) {
            counts.put(all.nextToken(), Long.valueOf(all.nextToken()));
        }
        return counts;
    }

    /** What the clock on its wall shows, in milliseconds since 1970, to two seconds. */
    long wallClock() throws IOException {
        process.getOutputStream().write('c');
        process.getOutputStream().flush();
        return Long.parseLong(output.readLine());
    }

    /** Has it take all descriptors that are left, or give them back. */
    int takeOrGiveDescriptors() throws IOException {
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
        return Integer.parseInt(output.readLine());
    }

    /** Has it end; does not wait for that. */
    void end() throws IOException {
        process.getOutputStream().close();
    }

    @Override
    public void close() throws IOException {
        end();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("the gateway did not end within 60 s of the end of its input");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
