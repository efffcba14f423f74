package dev.penstock.gateway;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The packaged program as a process of its own, seen from outside. */
final class Packaged implements AutoCloseable {
    static final Duration SOON = Duration.ofSeconds(60);
    static final String JAR = System.getProperty("penstock.jar", "target/penstock.jar");
    static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    private final Process process;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final List<Thread> readers = new ArrayList<>();

    private Packaged(Process process) {
        this.process = process;
        readers.add(copying(process.getInputStream(), out));
        readers.add(copying(process.getErrorStream(), err));
    }

    static Packaged start(String... arguments) {
        List<String> command = new ArrayList<>(List.of(JAVA, "-jar", JAR));
        command.addAll(List.of(arguments));
        return command(Map.of(), command);
    }

    static Packaged command(Map<String, String> variables, List<String> command) {
        var builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.matches("PENSTOCK_.*|DEBUG|VERBOSE|JAVA_TOOL_OPTIONS"));
        builder.environment().putAll(variables);
        try {
            return new Packaged(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Thread copying(InputStream from, StringWriter to) {
        var thread = new Thread(() -> {
            try (from) {
                byte[] bytes = new byte[4096];
                for (int n = from.read(bytes); n >= 0; n = from.read(bytes)) {
                    to.append(new String(bytes, 0, n, StandardCharsets.UTF_8));
                }
            } catch (IOException e) {
                to.append("(closed)");
            }
        });
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** The port after a text of the start line, as in {@code web http://127.0.0.1:}; waits for it. */
    int port(String before) {
        Pattern pattern = Pattern.compile(Pattern.quote(before) + "([0-9]+)");
        eventually(SOON, () -> {
            assertThat(process.isAlive() || !out().isEmpty()).as(err()).isTrue();
            assertThat(out()).as(err()).containsPattern(pattern);
        });
        Matcher matcher = pattern.matcher(out());
        assertThat(matcher.find()).isTrue();
        return Integer.parseInt(matcher.group(1));
    }

    void signal(String name) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    /** The status it ends with; fails if it does not end. */
    int status() throws InterruptedException {
        assertThat(process.waitFor(SOON.toSeconds(), TimeUnit.SECONDS))
                .as("ends")
                .isTrue();
        for (Thread reader : readers) {
            reader.join(SOON.toMillis());
        }
        return process.exitValue();
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    String out() {
        return out.toString();
    }

    String err() {
        return err.toString();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
