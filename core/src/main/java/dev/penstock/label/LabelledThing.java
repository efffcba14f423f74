package dev.penstock.label;

import static java.util.Objects.requireNonNull;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * A thing that carries labels, as a container or an instance of a registered service. Immutable.
 *
 * @param name what messages call it, as in {@code container shop-web-1}
 * @param service the service that it belongs to where no label says otherwise; also the name of routes without one
 * @param labels by key
 */
public record LabelledThing(String name, String service, Map<String, String> labels) {
    /** Copies the labels. */
    public LabelledThing {
        requireNonNull(name, "name");
        requireNonNull(service, "service");
        labels = Map.copyOf(labels);
    }

    /**
     * A thing with tags, as Consul has them: {@code key=value} is a label; what has no equals sign is none.
     *
     * @param name see {@link #name()}
     * @param service see {@link #service()}
     * @param tags of two with one key the first counts
     * @return the thing
     */
    public static LabelledThing ofTags(String name, String service, Collection<String> tags) {
        Map<String, String> labels = new HashMap<>();
        for (String tag : tags) {
            int equals = tag.indexOf('=');
            if (equals > 0) {
                labels.putIfAbsent(
                        tag.substring(0, equals).strip(),
                        tag.substring(equals + 1).strip());
            }
        }
        return new LabelledThing(name, service, labels);
    }
}
