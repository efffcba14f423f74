package dev.penstock.config;

import static java.util.Objects.requireNonNull;

import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.ServiceSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A text from elsewhere with what it says, and a short way to what it says when it has become another. Immutable.
 *
 * <p>Of a long text mostly one service changes. Where the text is an object of JSON, and all that is different lies within the
 * braces of the value of one service and in one line, that value alone is read: all before it leads to it as it did, and since
 * it ends where it has to, all behind it follows as it did. Whatever else changed, and whatever has a fault then, is read
 * whole, so that the result, and each fault with its place, is the one that reading the whole text gives.
 */
public final class RemoteText {
    private final String source;
    private final String name;
    private final String text;
    private final FileDecoder.@Nullable Defined defined; // null where there is no short way
    private final List<TreeReader.Span> services; // as those of the former
    private final CatalogState state;

    RemoteText(
            String source,
            String name,
            String text,
            FileDecoder.@Nullable Defined defined,
            List<TreeReader.Span> services,
            CatalogState state) {
        this.source = source;
        this.name = name;
        this.text = text;
        this.defined = defined;
        this.services = services;
        this.state = requireNonNull(state, "state");
    }

    /**
     * What the text defines.
     *
     * @return all of it
     */
    public CatalogState state() {
        return state;
    }

    String text() {
        return text;
    }

    String source() {
        return source;
    }

    String name() {
        return name;
    }

    /**
     * The short way.
     *
     * @param next the text that it has become
     * @param valid tells whether what is read so has no fault
     * @return null where there is none, so that all is to be read
     */
    @Nullable
    RemoteText changed(String next, Predicate<CatalogState> valid) {
        int shorter = Math.min(text.length(), next.length());
        int same = 0;
        while (same < shorter && text.charAt(same) == next.charAt(same)) {
            same++;
        }
        int end = text.length();
        int more = next.length() - end;
        while (end > same && end + more > same && text.charAt(end - 1) == next.charAt(end + more - 1)) {
            end--;
        }
        if (same == end && more == 0) {
            return this;
        }
        if (defined == null || !inOneLine(text, same, end) || !inOneLine(next, same, end + more)) {
            return null;
        }
        for (int i = 0; i < services.size(); i++) {
            TreeReader.Span span = services.get(i);
            if (span.start() < same && end < span.end()) {
                return isObject(span) ? with(defined, i, more, next, valid) : null;
            }
        }
        return null;
    }

    /** So that what is behind stays in its line. */
    private static boolean inOneLine(String text, int start, int end) {
        if (start > 0 && text.charAt(start - 1) == '\r') { // with or without a line feed behind it
            return false;
        }
        for (int i = start; i < end; i++) {
            if (text.charAt(i) == '\n' || text.charAt(i) == '\r') {
                return false;
            }
        }
        return true;
    }

    private boolean isObject(TreeReader.Span span) {
        return text.charAt(span.start()) == '{' && text.charAt(span.end() - 1) == '}';
    }

    private @Nullable RemoteText with(
            FileDecoder.Defined before, int which, int more, String next, Predicate<CatalogState> valid) {
        TreeReader.Span span = services.get(which);
        var faults = new Faults(name);
        Node node = TreeReader.service(next.substring(span.start(), span.end() + more), span.valueLine() - 1, faults);
        if (!faults.found().isEmpty()) {
            return null;
        }
        var value = new Value("services." + span.key(), new Place(name, span.line(), 1), node, faults);
        List<List<ServiceSpec>> specs = new ArrayList<>(before.services());
        specs.set(which, FileDecoder.service(span.key(), value, before.ofServices(), source));
        var after = new FileDecoder.Defined(before.listeners(), before.routes(), before.ofServices(), specs);
        CatalogState all = after.state(source);
        return faults.found().isEmpty() && valid.test(all)
                ? new RemoteText(source, name, next, after, moved(which, more), all)
                : null;
    }

    private List<TreeReader.Span> moved(int which, int more) {
        if (more == 0) {
            return services;
        }
        List<TreeReader.Span> moved = new ArrayList<>(services.size());
        for (TreeReader.Span span : services) {
            int start = moved.size() > which ? span.start() + more : span.start();
            int end = moved.size() >= which ? span.end() + more : span.end();
            moved.add(new TreeReader.Span(span.key(), span.line(), span.valueLine(), start, end));
        }
        return moved;
    }
}
