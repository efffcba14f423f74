package dev.penstock.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests the one server of this JVM, which ends after the last test. To be extended for each kind of server, and
 * named by {@code @ExtendWith}.
 *
 * @param <S> the kind
 */
public abstract class SharedServer<S extends AutoCloseable> implements ParameterResolver {
    private final Class<S> type;
    private final Function<Path, S> starting;

    /**
     * Starts nothing yet.
     *
     * @param type of the parameter that tests take
     * @param starting starts it in a folder that is deleted afterwards
     */
    protected SharedServer(Class<S> type, Function<Path, S> starting) {
        this.type = type;
        this.starting = starting;
    }

    /**
     * Called before a test gets it.
     *
     * @param server may have been used before
     */
    protected void prepare(S server) {}

    @Override
    public final boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == type;
    }

    @Override
    public final Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Running running = context.getRoot()
                .getStore(ExtensionContext.Namespace.create(SharedServer.class))
                .computeIfAbsent(type, key -> start(), Running.class);
        S server = type.cast(running.server());
        prepare(server);
        return server;
    }

    private Running start() {
        try {
            Path folder = Files.createTempDirectory("penstock-server");
            return new Running(starting.apply(folder), folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Closed by JUnit after the last test. */
    @SuppressWarnings("try") // whatever it throws, JUnit tells
    private record Running(AutoCloseable server, Path folder) implements AutoCloseable {
        @Override
        public void close() throws Exception {
            server.close();
            List<Path> files;
            try (Stream<Path> all = Files.walk(folder)) {
                files = all.sorted(Comparator.reverseOrder()).toList();
            }
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        }
    }
}
