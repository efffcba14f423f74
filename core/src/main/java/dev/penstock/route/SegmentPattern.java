package dev.penstock.route;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A {@link PathMatch.Pattern} ready to be matched. Immutable.
 *
 * <p>Cost: at most the path's length times the pattern's, no allocation, no recursion. A star is matched at the first
 * place where what follows it fits, and only the last star of a segment and the last {@code **} are ever moved on, which
 * never misses a match: what fits after a later place of an earlier star also fits after the first one.
 */
final class SegmentPattern {
    private static final int MAX_LENGTH = 512;

    private final Segment[] segments;
    private final String literalSegments;
    private final int literalBeginning;
    private final int literalTotal;
    private final int depths;

    private SegmentPattern(String pattern, Segment[] segments) {
        this.segments = segments;
        this.literalBeginning = firstWildcard(pattern);
        this.literalSegments =
                literal() ? pattern : pattern.substring(0, Math.max(0, pattern.lastIndexOf('/', literalBeginning)));
        int characters = segments.length;
        int depth = 0;
        for (Segment segment : segments) {
            characters += segment.literalLength();
            depth += segment == AnyDepth.INSTANCE ? 1 : 0;
        }
        this.literalTotal = characters;
        this.depths = depth;
    }

    /**
     * Takes a pattern apart.
     *
     * @throws IllegalArgumentException if it is too long or a segment is malformed
     */
    static SegmentPattern parse(String pattern) {
        if (pattern.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "path pattern: " + pattern.length() + " characters (expected: at most " + MAX_LENGTH + ")");
        }
        Set<String> names = new HashSet<>();
        String[] texts = pattern.substring(1).split("/", -1);
        var segments = new Segment[texts.length];
        for (int i = 0; i < texts.length; i++) {
            segments[i] = segment(pattern, texts[i], names);
        }
        return new SegmentPattern(pattern, segments);
    }

    private static Segment segment(String pattern, String text, Set<String> names) {
        if (text.equals("**")) {
            return AnyDepth.INSTANCE;
        }
        if (text.startsWith("{") && text.endsWith("}")) {
            String name = text.substring(1, text.length() - 1);
            if (!name.isEmpty() && name.chars().allMatch(SegmentPattern::ofName) && names.add(name)) {
                return new Named();
            }
            throw malformed(pattern, text, "{name} once, of letters, digits, - and _");
        }
        if (text.indexOf('{') >= 0 || text.indexOf('}') >= 0) {
            throw malformed(pattern, text, "{name} as a whole segment");
        }
        if (text.contains("**")) {
            throw malformed(pattern, text, "** as a whole segment");
        }
        return text.indexOf('*') < 0 ? new Literal(text) : new Starred(List.of(text.split("\\*", -1)));
    }

    private static boolean ofName(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    }

    private static IllegalArgumentException malformed(String pattern, String segment, String expected) {
        return new IllegalArgumentException(
                "path pattern " + pattern + ": \"" + segment + "\" (expected: " + expected + ")");
    }

    private static int firstWildcard(String pattern) {
        for (int i = 0; i < pattern.length(); i++) {
            if (pattern.charAt(i) == '*' || pattern.charAt(i) == '{') {
                return i;
            }
        }
        return pattern.length();
    }

    /** Whether it has no wildcard, so that it matches only itself. */
    boolean literal() {
        for (Segment segment : segments) {
            if (!(segment instanceof Literal)) {
                return false;
            }
        }
        return true;
    }

    /** The whole segments before the first with a wildcard, as in {@code /users}; every match is this or below this. */
    String literalSegments() {
        return literalSegments;
    }

    /** The number of characters before the first wildcard. */
    int literalBeginning() {
        return literalBeginning;
    }

    /** The number of all characters that are not part of a wildcard. */
    int literalTotal() {
        return literalTotal;
    }

    /** How often {@code **} occurs. */
    int depths() {
        return depths;
    }

    boolean matches(String path) {
        if (path.isEmpty() || path.charAt(0) != '/') {
            return false;
        }
        int next = 0;
        int start = 1;
        int depth = -1; // the last ** met, and where what follows it is being tried
        int tried = -1;
        while (start <= path.length()) {
            if (next < segments.length && segments[next] == AnyDepth.INSTANCE) {
                depth = next++;
                tried = start;
                continue;
            }
            int end = segmentEnd(path, start);
            if (next < segments.length && segments[next].matches(path, start, end)) {
                next++;
                start = end + 1;
            } else if (depth < 0) {
                return false;
            } else {
                tried = segmentEnd(path, tried) + 1;
                start = tried;
                next = depth + 1;
            }
        }
        while (next < segments.length && segments[next] == AnyDepth.INSTANCE) {
            next++;
        }
        return next == segments.length;
    }

    private static int segmentEnd(String path, int start) {
        int slash = path.indexOf('/', start);
        return slash < 0 ? path.length() : slash;
    }

    private interface Segment {
        boolean matches(String path, int start, int end);

        int literalLength();
    }

    private record Literal(String text) implements Segment {
        @Override
        public boolean matches(String path, int start, int end) {
            return end - start == text.length() && path.startsWith(text, start);
        }

        @Override
        public int literalLength() {
            return text.length();
        }
    }

    private record Named() implements Segment {
        @Override
        public boolean matches(String path, int start, int end) {
            return end > start;
        }

        @Override
        public int literalLength() {
            return 0;
        }
    }

    private enum AnyDepth implements Segment {
        INSTANCE;

        @Override
        public boolean matches(String path, int start, int end) {
            return true;
        }

        @Override
        public int literalLength() {
            return 0;
        }
    }

    /** Pieces with a star between each two; the first and the last are anchored. */
    private record Starred(List<String> pieces) implements Segment {
        @Override
        public boolean matches(String path, int start, int end) {
            String first = pieces.get(0);
            String last = pieces.get(pieces.size() - 1);
            int limit = end - last.length();
            int from = start + first.length();
            if (from > limit || !path.startsWith(first, start) || !path.startsWith(last, limit)) {
                return false;
            }
            for (int i = 1; i < pieces.size() - 1; i++) {
                String piece = pieces.get(i);
                while (from + piece.length() <= limit && !path.startsWith(piece, from)) {
                    from++;
                }
                from += piece.length();
                if (from > limit) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public int literalLength() {
            int length = 0;
            for (String piece : pieces) {
                length += piece.length();
            }
            return length;
        }
    }
}
