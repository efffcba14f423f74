package dev.penstock.label;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Names that say where they are defined, as in {@code web@docker}. Stateless. */
final class TraefikNames {
    /** Where labels and tags come from: what is named so is defined by labels of this or another thing. */
    private static final Set<String> BY_LABELS = Set.of("docker", "swarm", "consulcatalog", "marathon", "nomad", "ecs");

    private TraefikNames() {}

    /** The name without the place; null if it is defined elsewhere than by labels. */
    static @Nullable String bare(String name) {
        int at = name.lastIndexOf('@');
        if (at < 0) {
            return name;
        }
        return BY_LABELS.contains(name.substring(at + 1)) ? name.substring(0, at) : null;
    }
}
