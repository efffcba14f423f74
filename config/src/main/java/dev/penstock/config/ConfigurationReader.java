package dev.penstock.config;

import static java.util.Objects.requireNonNull;

import dev.penstock.catalog.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Reads configurations: YAML, or JSON from files named {@code *.json}; also the form of {@link Server}, as a list or one.
 * Immutable.
 */
public final class ConfigurationReader {
    private final Function<Configuration, List<Problem>> validation;
    private final Map<String, String> variables;

    /**
     * A reader that has configurations checked by someone who knows the balancers, sources and catalogs there are.
     *
     * @param validation tells what is wrong with a configuration that is well-formed; empty if nothing is
     */
    public ConfigurationReader(Function<Configuration, List<Problem>> validation) {
        this(validation, System.getenv());
    }

    private ConfigurationReader(Function<Configuration, List<Problem>> validation, Map<String, String> variables) {
        this.validation = requireNonNull(validation, "validation");
        this.variables = Map.copyOf(variables);
    }

    /**
     * The same with other variables in the place of those of the process.
     *
     * @param variables what {@code ${NAME}} in files comes to
     * @return a copy
     */
    public ConfigurationReader withVariables(Map<String, String> variables) {
        return new ConfigurationReader(validation, variables);
    }

    /**
     * Reads a file.
     *
     * @param file at most 16 MiB of UTF-8; {@code ${NAME}} and {@code ${file:PATH}} in its values are what the environment
     *     and other files say
     * @return what it says
     * @throws ConfigurationException with every fault, if the file cannot be read or used
     */
    public Configuration read(Path file) {
        return reading(file).orThrow();
    }

    /**
     * Reads a file, and remembers what it said.
     *
     * @param file as above
     * @return what it says, or every fault
     */
    public Reading reading(Path file) {
        String name = file.toString();
        var files = new LocalFiles();
        try {
            var faults = new Faults(name);
            Node root = document(name, content(name, file, files), faults);
            Node resolved = new References(variables, files, faults).resolved("", root);
            return new Reading(configuration(name, resolved, faults), List.of(), files.seen());
        } catch (ConfigurationException e) {
            return new Reading(null, e.faults(), files.seen());
        }
    }

    /**
     * Reads a text, which may come from anywhere: what looks like a reference in it is none.
     *
     * @param name what faults call it; a name that ends in {@code .json} says that the text is JSON
     * @param text the document
     * @return what it says
     * @throws ConfigurationException with every fault, if the text cannot be used
     */
    public Configuration read(String name, String text) {
        var faults = new Faults(name);
        return configuration(name, document(name, text, faults), faults);
    }

    private static Node document(String name, String text, Faults faults) {
        Node root = TreeReader.read(name, text.startsWith("\uFEFF") ? text.substring(1) : text, faults);
        if (root == TreeReader.NOTHING) {
            faults.throwIfAny();
        }
        return root;
    }

    private Configuration configuration(String name, Node root, Faults faults) {
        var value = new Value("", root.place(), root, faults);
        String source = "file " + name;
        Configuration configuration = ServerDecoder.isForm(root)
                ? Configuration.of(ServerDefinitions.of(source, ServerDecoder.servers(value)))
                : FileDecoder.configuration(value, source);
        validation.apply(configuration).forEach(problem -> faults.addAt(problem.path(), problem.message()));
        faults.throwIfAny();
        return configuration;
    }

    /** The text of a file, without a mark of its encoding. */
    static String content(String name, Path file, LocalFiles files) {
        try {
            byte[] bytes = files.content(file);
            if (bytes.length > TreeReader.MAX_BYTES) {
                throw unusable(name, "too large (expected: at most 16 MiB)");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw unusable(name, "not a text (expected: UTF-8)");
        } catch (IOException e) {
            throw unusable(
                    name,
                    "unable to open file: " + (Files.isDirectory(file) ? "is a directory" : LocalFiles.reason(e)));
        }
    }

    private static ConfigurationException unusable(String name, String message) {
        return new ConfigurationException(List.of(new Fault(name, 0, 0, "", message)));
    }
}
