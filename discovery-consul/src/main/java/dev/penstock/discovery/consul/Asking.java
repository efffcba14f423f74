package dev.penstock.discovery.consul;

import dev.penstock.discovery.http.Call;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What is asked again and again, and what the answers mean. */
interface Asking<T> {
    /** The path with its parameters; without index and wait. */
    String target();

    /** Reads an answer. */
    T read(Answer answer) throws IOException;

    /** A second question that completes what was read; by itself there is none. */
    default CompletionStage<T> complete(Call<?> call, @Nullable T before, T now) {
        return CompletableFuture.completedFuture(now);
    }

    /** Makes a value of an answer. */
    @FunctionalInterface
    interface Parser<T> {
        T parse(Answer answer) throws IOException;
    }

    /** Asks for something that one answer tells. */
    static <T> Asking<T> of(String target, Parser<T> parser) {
        return new Asking<>() {
            @Override
            public String target() {
                return target;
            }

            @Override
            public T read(Answer answer) throws IOException {
                return parser.parse(answer);
            }
        };
    }

    /** A path with parameters behind it, if there are any. */
    static String target(String path, String parameters) {
        return parameters.isEmpty() ? path : path + (path.indexOf('?') < 0 ? '?' : '&') + parameters;
    }
}
