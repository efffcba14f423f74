package dev.penstock.discovery.docker;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The elements of a JSON list, one after the other, which are found by their brackets and quotes alone: what is as it was
 * the last time need not be read. Confined to one reading.
 *
 * <p>What stands between the brackets is for {@link #tree()} to judge.
 */
final class Elements {
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final int INITIAL_BYTES = 64 * 1024;

    private final InputStream in;
    private final MessageDigest digest = digest();
    private byte[] buffer = new byte[INITIAL_BYTES];
    private int end;
    private int at;
    private int from;
    private int to;
    private boolean first = true;

    Elements(InputStream in) {
        this.in = in;
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // each JVM has it
        }
    }

    /** Whether it is a list at all; else what it is instead. */
    String begin() throws IOException {
        int opening = skipSpace();
        at++;
        return opening == '[' ? "" : opening < 0 ? "empty" : "no list";
    }

    /** Goes to the next element; false if there is no more. */
    boolean next() throws IOException {
        from = at;
        int there = skipSpace();
        if (there == ']') {
            return false;
        }
        if (!first) {
            if (there != ',') {
                throw wrong();
            }
            at++;
            there = skipSpace();
        }
        first = false;
        from = at;
        skipElement(there);
        if (to == from) {
            throw wrong();
        }
        return true;
    }

    private static JsonProcessingException wrong() {
        return new JsonParseException(null, "no list");
    }

    /** The byte there, or -1 at the end of all. */
    private int skipSpace() throws IOException {
        int there = peek();
        while (isSpace(there)) {
            at++;
            there = peek();
        }
        return there;
    }

    private static boolean isSpace(int there) {
        return there == ' ' || there == '\n' || there == '\r' || there == '\t';
    }

    private void skipElement(int opening) throws IOException {
        int depth = 0;
        int there = opening;
        while (there >= 0) {
            if (there == '"') {
                skipText();
            } else if (there == '{' || there == '[') {
                depth++;
            } else if (depth == 0 && (there == ',' || there == ']')) {
                to = at;
                while (to > from && isSpace(buffer[to - 1])) {
                    to--;
                }
                return;
            } else if (there == '}' || there == ']') {
                depth--;
            }
            at++;
            there = peek();
        }
        throw wrong();
    }

    /** From one quote to the other. */
    private void skipText() throws IOException {
        at++;
        for (int there = peek(); there != '"'; there = peek()) {
            if (there < 0) {
                throw wrong();
            }
            at++;
            if (there == '\\') {
                peek();
                at++;
            }
        }
    }

    private int peek() throws IOException {
        return at < end || fill() ? buffer[at] & 0xff : -1;
    }

    /** Reads more, and forgets what is before the element. */
    private boolean fill() throws IOException {
        if (from > 0) {
            System.arraycopy(buffer, from, buffer, 0, end - from);
            end -= from;
            at -= from;
            to -= from;
            from = 0;
        } else if (end == buffer.length) {
            buffer = Arrays.copyOf(buffer, 2 * buffer.length);
        }
        int count = in.read(buffer, end, buffer.length - end);
        end += Math.max(0, count);
        return at < end;
    }

    /** What tells this element from every other one. */
    String fingerprint() {
        digest.update(buffer, from, to - from);
        return HexFormat.of().formatHex(digest.digest());
    }

    /** This element. */
    JsonNode tree() throws IOException {
        JsonNode tree = JSON.readTree(buffer, from, to - from);
        if (tree == null || tree.isMissingNode()) {
            throw wrong();
        }
        return tree;
    }
}
