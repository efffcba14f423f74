package dev.penstock.config;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * One setting from outside the file, as a flag or a variable of the environment, that wins over the file. Immutable.
 *
 * @param key which one
 * @param source what faults call it, as in {@code --threads} or {@code PENSTOCK_THREADS}
 * @param text its value, written as in the file
 */
public record Setting(Key key, String source, String text) {
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]+(\\.[0-9]+)?");

    /** What can be set from outside the file. */
    public enum Key {
        /** The file's {@code admin}: an address, or {@code off}. */
        ADMIN,
        /** The file's {@code admin.token}. */
        ADMIN_TOKEN,
        /** The file's {@code admin.open}. */
        ADMIN_OPEN,
        /** The file's {@code admin.override}. */
        ADMIN_OVERRIDE,
        /** The file's {@code admin.startTimeout}. */
        ADMIN_START_TIMEOUT,
        /** The file's {@code admin.series}. */
        ADMIN_SERIES,
        /** The file's {@code transport}. */
        TRANSPORT,
        /** The file's {@code tls}. */
        TLS,
        /** The file's {@code threads}. */
        THREADS,
        /** The file's {@code log.level}. */
        LOG_LEVEL,
        /** The file's {@code log.access}: a format, or {@code off}. */
        LOG_ACCESS,
        /** The file's {@code buffers}. */
        BUFFERS,
        /** The file's {@code retryBodies}. */
        RETRY_BODIES,
        /** The file's {@code idleConnections}. */
        IDLE_CONNECTIONS,
        /** The file's {@code drain}. */
        DRAIN
    }

    /** Checks for null. */
    public Setting {
        requireNonNull(key, "key");
        requireNonNull(source, "source");
        requireNonNull(text, "text");
    }

    /**
     * Puts settings over a configuration.
     *
     * @param configuration what holds where no setting says otherwise
     * @param settings a later one wins over an earlier one of the same key
     * @return a copy that holds them
     * @throws ConfigurationException with every fault of the settings
     */
    public static Configuration over(Configuration configuration, List<Setting> settings) {
        Configuration changed = configuration;
        List<Fault> found = new ArrayList<>();
        for (Setting setting : settings) {
            var faults = new Faults(setting.source);
            changed = FileDecoder.with(changed, setting.key, new Value("", Place.WHOLE, setting.node(), faults));
            found.addAll(faults.found());
        }
        if (!found.isEmpty()) {
            throw new ConfigurationException(found);
        }
        return changed;
    }

    private Node node() {
        if (NUMBER.matcher(text).matches()) {
            return new Node.Scalar(Place.WHOLE, Node.Kind.NUMBER, text);
        }
        boolean flag = text.equals("true") || text.equals("false");
        return new Node.Scalar(Place.WHOLE, flag ? Node.Kind.FLAG : Node.Kind.TEXT, text);
    }

    /** Without the text, which may be secret. */
    @Override
    public String toString() {
        return "Setting[" + key + " of " + source + "]";
    }
}
