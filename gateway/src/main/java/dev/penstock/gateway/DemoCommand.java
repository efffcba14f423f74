package dev.penstock.gateway;

import dev.penstock.config.Configuration;
import dev.penstock.config.ConfigurationException;
import dev.penstock.config.Fault;
import dev.penstock.config.Setting;
import dev.penstock.proxy.ExchangeRecord;
import dev.penstock.proxy.GatewayBuilder;
import dev.penstock.runtime.Extension;
import dev.penstock.runtime.GatewayRuntime;
import dev.penstock.runtime.StartException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code penstock demo}: a gateway with backends of its own, to look at. Confined to one call. */
@Command(
        name = "demo",
        description = "Starts three small HTTP backends and a gateway in front of them; says what to try and shows each"
                + " request.")
final class DemoCommand implements Callable<Integer> {
    @ParentCommand
    @SuppressWarnings("NullAway.Init") // set by picocli before the call
    private Program program;

    @Mixin
    private final SettingOptions settings = new SettingOptions();

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "8080",
            description = "Where the gateway listens on 127.0.0.1; ${DEFAULT-VALUE} unless said otherwise, 0: any free"
                    + " port.")
    private int port;

    @Option(names = "--once", description = "Makes some requests itself, shows the answers, and ends.")
    private boolean once;

    @Override
    public Integer call() throws InterruptedException, IOException {
        Surroundings surroundings = program.surroundings();
        var termination = Termination.watch(surroundings);
        try (var backends = DemoBackends.start("red", "green", "blue")) {
            String text = text(backends);
            Configuration configuration = configuration(text);
            LogSetup.level(configuration.process().logLevel());
            try (GatewayRuntime runtime =
                    GatewayRuntime.start(configuration, new EachRequest(backends, surroundings.out()))) {
                tell(runtime, text);
                if (once) {
                    ask("http://" + runtime.address("web"));
                } else {
                    termination.await();
                }
            }
        } catch (StartException e) {
            List<String> problems = new ArrayList<>(e.problems());
            problems.add("penstock: another port is chosen by --port, another admin address by --admin (or: off)");
            throw new Complaint(problems);
        }
        return 0;
    }

    private Configuration configuration(String text) {
        try {
            Configuration read = GatewayRuntime.reader().read("demo", text);
            return Setting.over(read, settings.settings(program.surroundings().variables()));
        } catch (ConfigurationException e) {
            throw new Complaint(e.faults().stream().map(Fault::toString).toList());
        }
    }

    private String text(DemoBackends backends) {
        return String.format(
                Locale.ROOT, """
                listeners:
                  - address: 127.0.0.1:%d
                    name: web
                routes:
                  - path: /blue
                    service: blue
                  - host: blue.example.com
                    service: blue
                  - service: colours
                services:
                  colours:
                    endpoints: [%s, %s]
                  blue:
                    endpoints: [%s]
                """, port, backends.address("red"), backends.address("green"), backends.address("blue"));
    }

    private void tell(GatewayRuntime runtime, String text) {
        PrintWriter out = program.surroundings().out();
        String url = "http://" + runtime.address("web");
        out.println(StartLine.of(runtime));
        out.println();
        out.println("This is what it runs; put it into a file, and `penstock run -f FILE` does the same:");
        out.println();
        text.lines().forEach(line -> out.println("  " + line));
        out.println();
        out.println("Try in another terminal:");
        out.println("  curl " + url + "/                               red and green take turns");
        out.println("  curl " + url + "/blue                           always blue, by its path");
        out.println("  curl -H 'Host: blue.example.com' " + url + "/   always blue, by its host");
        runtime.adminAddress()
                .ifPresent(admin -> out.println(
                        "  curl http://" + admin + "/state                          what the gateway knows"));
        out.println();
        out.println("Each request shows here as a line. Ctrl-C ends the demo.");
        out.flush();
    }

    private void ask(String url) throws IOException {
        PrintWriter out = program.surroundings().out();
        for (String path : List.of("/", "/", "/blue")) {
            var connection = (HttpURLConnection) URI.create(url + path).toURL().openConnection();
            try (InputStream in = connection.getInputStream()) {
                String answer = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                out.println("GET " + path + " -> " + connection.getResponseCode() + " " + answer.strip());
            } finally {
                connection.disconnect();
            }
        }
        out.flush();
    }

    /** Prints a line for each request. Thread-safe. */
    private record EachRequest(DemoBackends backends, PrintWriter out) implements Extension {
        @Override
        public void extend(GatewayBuilder builder) {
            builder.observer(this::print);
        }

        private void print(ExchangeRecord record) {
            String went = record.endpoint().isEmpty()
                    ? record.reason()
                    : record.service() + " -> " + backends.name(record.endpoint()) + " " + record.endpoint();
            out.println(String.format(
                    Locale.ROOT,
                    "%s %s%s  %d  %s  %.1f ms",
                    record.method(),
                    record.host(),
                    record.path(),
                    record.status(),
                    went,
                    record.duration().toNanos() / 1e6));
            out.flush();
        }
    }
}
