package dev.penstock.config;

import static java.util.Objects.requireNonNull;

import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Reads configurations: YAML, or JSON from files named {@code *.json}; also the form of {@link Server}, as a list or one.
 * Immutable.
 */
public final class ConfigurationReader {
    /** The longest text that {@link #remote} takes, in characters. */
    public static final int MAX_REMOTE_CHARACTERS = 1 << 20;

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
     * Reads a file, or a folder of them.
     *
     * @param path a file, at most 16 MiB of UTF-8; or a folder: all {@code *.yaml}, {@code *.yml} and {@code *.json} in it as
     *     one configuration, together at most 16 MiB in at most 1,000 files. {@code ${NAME}} and {@code ${file:PATH}} in
     *     values are what the environment and other files say
     * @return what it says
     * @throws ConfigurationException with every fault, if it cannot be read or used
     */
    public Configuration read(Path path) {
        return reading(path).orThrow();
    }

    /**
     * Reads a file, or a folder of them, and remembers what it said.
     *
     * @param path as above
     * @return what it says, or every fault
     */
    public Reading reading(Path path) {
        String name = path.toString();
        var files = new LocalFiles();
        try {
            var faults = new Faults(name);
            Node root = root(path, files, faults);
            return new Reading(configuration(name, root, faults), List.of(), files.seen());
        } catch (ConfigurationException e) {
            return new Reading(null, e.faults(), files.seen());
        }
    }

    private Node root(Path path, LocalFiles files, Faults faults) {
        String name = path.toString();
        return Files.isDirectory(path)
                ? folder(name, path, files, faults)
                : local(name, content(name, path, files), files, faults);
    }

    /**
     * What a file, or a folder of them, says to somebody who resolves no references: as one document in JSON, in which stands what
     * they come to, so it may hold secrets.
     *
     * @param path as above
     * @return without {@code admin}, and without {@code catalogs} where there are listeners
     * @throws ConfigurationException with every fault of syntax, if it cannot be read
     */
    public String expanded(Path path) {
        var faults = new Faults(path.toString());
        Node root = root(path, new LocalFiles(), faults);
        faults.throwIfAny();
        return ExpandedText.of(root);
    }

    private Node local(String name, String text, LocalFiles files, Faults faults) {
        return new References(variables, files, faults).resolved("", document(name, text, faults));
    }

    private Node folder(String name, Path folder, LocalFiles files, Faults faults) {
        List<Node> documents = new ArrayList<>();
        int left = TreeReader.MAX_BYTES;
        for (Path file : listed(name, folder, files)) {
            var own = new Faults(file.toString());
            try {
                String text = content(file.toString(), file, files);
                left -= text.length();
                if (left < 0) {
                    break;
                }
                documents.add(local(file.toString(), text, files, own));
                faults.addAll(own);
            } catch (ConfigurationException e) {
                faults.addAll(e.faults());
            }
        }
        if (left < 0) {
            throw unusable(name, "too large (expected: files of at most 16 MiB in all)");
        }
        faults.throwIfAny(); // what else is wrong may come of what could not be read
        return FolderMerge.merged(documents, faults);
    }

    private static List<Path> listed(String name, Path folder, LocalFiles files) {
        try {
            List<Path> listed = files.folder(folder);
            if (listed.isEmpty()) {
                throw unusable(name, "nothing in it (expected: at least one *.yaml, *.yml or *.json)");
            }
            return listed;
        } catch (IOException e) {
            throw unusable(name, "unable to open folder: " + LocalFiles.reason(e));
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

    /**
     * Reads definitions alone: an object with any of {@code defaults}, {@code listeners}, {@code routes} and {@code services}.
     *
     * @param source where they are defined
     * @param name what faults call the text
     * @param json the document
     * @return what it says
     * @throws ConfigurationException with every fault, if the text cannot be used
     */
    public CatalogState definitions(String source, String name, String json) {
        var faults = new Faults(name);
        Node root = TreeReader.json(json, faults);
        faults.throwIfAny();
        CatalogState state = FileDecoder.definitions(new Value("", root.place(), root, faults), source)
                .state(source);
        problems(state).forEach(problem -> faults.addAt(problem.path(), problem.message()));
        faults.throwIfAny();
        return state;
    }

    /**
     * Reads definitions alone, in any form: an object as above in YAML or JSON, or the form of {@link Server}, as a list or one.
     * What looks like a reference is none.
     *
     * @param source where they are defined
     * @param name what faults call the text
     * @param text the document, at most {@value #MAX_REMOTE_CHARACTERS} characters
     * @return what it says
     * @throws ConfigurationException with every fault, if the text cannot be used
     */
    public RemoteText remote(String source, String name, String text) {
        if (text.length() > MAX_REMOTE_CHARACTERS) {
            throw unusable(name, text.length() + " characters (expected: " + MAX_REMOTE_CHARACTERS + " at most)");
        }
        var faults = new Faults(name);
        String document = text.startsWith("\uFEFF") ? text.substring(1) : text;
        TreeReader.Document json =
                document.stripLeading().startsWith("{") ? TreeReader.located(document, faults) : null;
        Node root = json == null ? TreeReader.read(name, document, faults) : json.root();
        faults.throwIfAny();
        var value = new Value("", root.place(), root, faults);
        FileDecoder.Defined defined = ServerDecoder.isForm(root) ? null : FileDecoder.definitions(value, source);
        CatalogState state =
                defined == null ? ServerDefinitions.of(source, ServerDecoder.servers(value)) : defined.state(source);
        problems(state).forEach(problem -> faults.addAt(problem.path(), problem.message()));
        faults.throwIfAny();
        return json == null
                ? new RemoteText(source, name, text, null, List.of(), state)
                : new RemoteText(source, name, document, defined, json.services(), state);
    }

    /**
     * Reads what such a text has become, of the same source and by the same name. Where little of it changed this costs little.
     *
     * @param before as it was read
     * @param text as above
     * @return the same as of {@link #remote(String, String, String)}
     * @throws ConfigurationException as there
     */
    public RemoteText remote(RemoteText before, String text) {
        RemoteText changed = text.length() > MAX_REMOTE_CHARACTERS
                ? null
                : before.changed(text, state -> problems(state).isEmpty());
        return changed == null ? remote(before.source(), before.name(), text) : changed;
    }

    private List<Problem> problems(CatalogState state) {
        return validation.apply(Configuration.of(state));
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
            throw unusable(name, "unable to open file: " + LocalFiles.reason(e));
        }
    }

    private static ConfigurationException unusable(String name, String message) {
        return new ConfigurationException(List.of(new Fault(name, 0, 0, "", message)));
    }
}
