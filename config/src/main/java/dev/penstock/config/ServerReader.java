package dev.penstock.config;

import static java.util.Objects.requireNonNull;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads the form of {@link Server} and its parts from JSON. Stateless. */
public final class ServerReader {
    private ServerReader() {}

    /**
     * Reads a server.
     *
     * @param name what faults call the text
     * @param json an object with {@code address}, maybe {@code filter}, {@code upstreams} and {@code fallbacks}
     * @return what it says
     * @throws ConfigurationException with every fault
     */
    public static Server server(String name, String json) {
        return read(name, json, value -> ServerDecoder.server(value, 0));
    }

    /**
     * Reads a filter.
     *
     * @param name what faults call the text
     * @param json an object with any of {@code Hosts}, {@code Schemes} and {@code PathPrefix}
     * @return what it says
     * @throws ConfigurationException with every fault
     */
    public static ServerFilter filter(String name, String json) {
        return read(name, json, ServerDecoder::filter);
    }

    /**
     * Reads an upstream or a fallback.
     *
     * @param name what faults call the text
     * @param json an object with {@code Target} and {@code Port}, maybe {@code Priority} and {@code Weight}
     * @return what it says
     * @throws ConfigurationException with every fault
     */
    public static Upstream upstream(String name, String json) {
        return read(name, json, value -> ServerDecoder.upstream(value, null));
    }

    /**
     * Reads an upstream or a fallback whose key is known.
     *
     * @param name what faults call the text
     * @param key see {@link Upstream#key()}
     * @param json as above; target and port may be left out, and have to be those of the key
     * @return what it says
     * @throws ConfigurationException with every fault
     */
    public static Upstream upstream(String name, String key, String json) {
        return read(name, json, value -> ServerDecoder.at(value, key));
    }

    private static <T> T read(String name, String json, Function<Value, @Nullable T> reader) {
        var faults = new Faults(name);
        Node root = TreeReader.json(json, faults);
        if (root == TreeReader.NOTHING) {
            faults.throwIfAny();
        }
        @Nullable T read = reader.apply(new Value("", root.place(), root, faults));
        faults.throwIfAny();
        return requireNonNull(read, "a value without a fault");
    }
}
