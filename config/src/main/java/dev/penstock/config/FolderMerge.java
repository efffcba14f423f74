package dev.penstock.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The documents of a folder as one: lists one after the other, services together; all else stands in one of them. Confined
 * to one reading.
 */
final class FolderMerge {
    private static final Set<String> LISTS = Set.of("listeners", "routes", "catalogs");
    private static final String SERVICES = "services";

    private final Faults faults;
    private final Map<String, List<Node>> lists = new LinkedHashMap<>();
    private final Map<String, Place> places = new HashMap<>();
    private final List<Node.Entry> services = new ArrayList<>();
    private final Map<String, Place> named = new HashMap<>();
    private final List<Node.Entry> settings = new ArrayList<>();

    private FolderMerge(Faults faults) {
        this.faults = faults;
    }

    /** One document of several, in their order; those of servers make one list. */
    static Node merged(List<Node> documents, Faults faults) {
        boolean servers = ServerDecoder.isForm(documents.get(0));
        for (Node document : documents) {
            if (ServerDecoder.isForm(document) != servers) {
                faults.add(
                        document.place(),
                        "",
                        "another form (expected: " + (servers ? "servers" : "keys with values") + " as in "
                                + documents.get(0).place().file() + ")");
                return documents.get(0);
            }
        }
        return servers ? servers(documents) : new FolderMerge(faults).whole(documents);
    }

    private static Node servers(List<Node> documents) {
        List<Node> servers = new ArrayList<>();
        for (Node document : documents) {
            if (document instanceof Node.Sequence sequence) {
                servers.addAll(sequence.items());
            } else {
                servers.add(document);
            }
        }
        return new Node.Sequence(Place.WHOLE, servers);
    }

    private Node whole(List<Node> documents) {
        for (Node document : documents) {
            if (document instanceof Node.Mapping mapping) {
                mapping.entries().forEach(this::add);
            } else {
                faults.add(document.place(), "", document.described() + " (expected: keys with values)");
            }
        }
        List<Node.Entry> entries = new ArrayList<>();
        lists.forEach(
                (key, items) -> entries.add(new Node.Entry(key, place(key), new Node.Sequence(place(key), items))));
        if (places.containsKey(SERVICES)) {
            entries.add(new Node.Entry(SERVICES, place(SERVICES), new Node.Mapping(place(SERVICES), services)));
        }
        entries.addAll(settings);
        return new Node.Mapping(Place.WHOLE, entries);
    }

    private Place place(String key) {
        return places.getOrDefault(key, Place.WHOLE);
    }

    private void add(Node.Entry entry) {
        if (LISTS.contains(entry.key())) {
            if (entry.value() instanceof Node.Sequence sequence) {
                places.putIfAbsent(entry.key(), entry.place());
                lists.computeIfAbsent(entry.key(), key -> new ArrayList<>()).addAll(sequence.items());
            } else {
                unexpected(entry, "a list");
            }
        } else if (entry.key().equals(SERVICES)) {
            if (entry.value() instanceof Node.Mapping mapping) {
                places.putIfAbsent(SERVICES, entry.place());
                mapping.entries().forEach(this::service);
            } else {
                unexpected(entry, "names of services with their settings");
            }
        } else {
            setting(entry);
        }
    }

    private void unexpected(Node.Entry entry, String expected) {
        faults.add(entry.place(), entry.key(), entry.value().described() + " (expected: " + expected + ")");
    }

    private void service(Node.Entry entry) {
        Place first = named.putIfAbsent(entry.key(), entry.place());
        if (first == null) {
            services.add(entry);
        } else {
            faults.add(
                    entry.place(), SERVICES + "." + entry.key(), "given twice (expected: once); first in " + at(first));
        }
    }

    private void setting(Node.Entry entry) {
        Place first = settings.isEmpty() ? entry.place() : settings.get(0).place();
        if (first.file().equals(entry.place().file())) {
            settings.add(entry);
        } else {
            faults.add(
                    entry.place(),
                    entry.key(),
                    "another file than that of " + settings.get(0).key() + ", " + at(first)
                            + " (expected: listeners, routes, services, catalogs, and all else in one file)");
        }
    }

    private static String at(Place place) {
        return place.file() + " line " + place.line();
    }
}
