package dev.penstock.discovery.docker;

import dev.penstock.testkit.Eventually;
import dev.penstock.time.Ticker;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A {@link FakeDocker} in a process of its own, so that what it costs is not counted, with many containers in services of
 * ten. Each is called {@code s7-NANOS}: its service, and the clock's reading when it was started.
 */
final class ManyContainers implements AutoCloseable {
    static final int PER_SERVICE = 10;

    private static final String NOTE = "Variables such as ordinary images have them, and a label or two of others.";

    private final Process process;
    private final BufferedReader answers;
    private final PrintWriter orders;
    private final String address;

    private ManyContainers(Process process) {
        this.process = process;
        answers = process.inputReader(StandardCharsets.UTF_8);
        orders = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
        address = line();
    }

    static ManyContainers start(int services) throws IOException {
        return new ManyContainers(new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        ManyContainers.class.getName(),
                        String.valueOf(services))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    String address() {
        return address;
    }

    /** Puts new containers in the places of old ones, evenly over some seconds; gives the names of all afterwards. */
    String[] replace(int perSecond, int seconds) {
        orders.println(perSecond + " " + seconds);
        return line().split(" ", -1);
    }

    private String line() {
        try {
            return String.valueOf(answers.readLine());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
    }

    /** The other process: prints its address, then follows orders until there are no more. */
    public static void main(String[] arguments) throws IOException {
        int services = Integer.parseInt(arguments[0]);
        Deque<FakeContainer> running = new ArrayDeque<>();
        var out =
                new PrintWriter(new java.io.FileOutputStream(java.io.FileDescriptor.out), true, StandardCharsets.UTF_8);
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (var docker = new FakeDocker()) {
            int started = 0;
            for (; started < services * PER_SERVICE; started++) {
                FakeContainer container = container(started, services);
                running.add(container);
                docker.put(container);
            }
            out.println(docker.address());
            for (String order = in.readLine(); order != null; order = in.readLine()) {
                int perSecond = Integer.parseInt(order.split(" ", -1)[0]);
                int number = perSecond * Integer.parseInt(order.split(" ", -1)[1]);
                long from = Ticker.system().nanos();
                for (int i = 0; i < number; i++) {
                    long due = from + i * 1_000_000_000L / perSecond;
                    Eventually.eventually(Duration.ofMinutes(1), () -> {
                        if (Ticker.system().nanos() < due) {
                            throw new AssertionError("not yet");
                        }
                    });
                    docker.stop(running.remove());
                    FakeContainer next = container(started++, services);
                    running.add(next);
                    docker.start(next);
                }
                out.println(String.join(
                        " ", running.stream().map(FakeContainer::name).toList()));
            }
        }
    }

    private static FakeContainer container(int number, int services) {
        String service = "s" + number % services;
        FakeContainer container = FakeContainer.named(
                        service + "-" + Ticker.system().nanos())
                .env("DOMAIN=" + service + ".test")
                .env("NOTE=" + NOTE)
                .env("JAVA_VERSION=17.0.15")
                .env("LANG=C.UTF-8")
                .label("com.docker.compose.project", "shop")
                .label("com.docker.compose.service", service)
                .label("org.opencontainers.image.description", NOTE)
                .network("back", "10.1." + number / 250 % 250 + "." + number % 250)
                .published("0.0.0.0", 1_024 + number % 60_000, 8080, "tcp");
        return container.published("::", 1_024 + number % 60_000, 8080, "tcp");
    }
}
