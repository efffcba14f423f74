package dev.penstock.balancer;

import java.nio.charset.StandardCharsets;

/**
 * The 64-bit xxHash of a text's UTF-8 bytes, seed 0: the same in every process, version and language. Immutable.
 *
 * <p>Cost: about a nanosecond per character, no allocation as long as all characters are ASCII.
 *
 * @see <a href="https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md">xxHash specification, XXH64</a>
 */
final class XxHash64 {
    private static final long PRIME_1 = 0x9e3779b185ebca87L;
    private static final long PRIME_2 = 0xc2b2ae3d27d4eb4fL;
    private static final long PRIME_3 = 0x165667b19e3779f9L;
    private static final long PRIME_4 = 0x85ebca77c2b2ae63L;
    private static final long PRIME_5 = 0x27d4eb2f165667c5L;
    private static final int STRIPE = 32;

    private XxHash64() {}

    static long of(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0x7f) {
                // Each byte as one character: what follows reads characters as bytes.
                return ofBytes(new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
            }
        }
        return ofBytes(text);
    }

    private static long ofBytes(String bytes) {
        int length = bytes.length();
        int at = 0;
        long hash = PRIME_5;
        if (length >= STRIPE) {
            long one = 0x60ea27eeadc0b5d6L; // PRIME_1 + PRIME_2, which the compiler refuses as an overflow
            long two = PRIME_2;
            long three = 0;
            long four = -PRIME_1;
            for (; at <= length - STRIPE; at += STRIPE) {
                one = round(one, eight(bytes, at));
                two = round(two, eight(bytes, at + 8));
                three = round(three, eight(bytes, at + 16));
                four = round(four, eight(bytes, at + 24));
            }
            hash = Long.rotateLeft(one, 1)
                    + Long.rotateLeft(two, 7)
                    + Long.rotateLeft(three, 12)
                    + Long.rotateLeft(four, 18);
            hash = merge(merge(merge(merge(hash, one), two), three), four);
        }
        return finish(rest(hash + length, bytes, at));
    }

    private static long rest(long start, String bytes, int from) {
        long hash = start;
        int at = from;
        for (; at <= bytes.length() - 8; at += 8) {
            hash = Long.rotateLeft(hash ^ round(0, eight(bytes, at)), 27) * PRIME_1 + PRIME_4;
        }
        if (at <= bytes.length() - 4) {
            hash = Long.rotateLeft(hash ^ four(bytes, at) * PRIME_1, 23) * PRIME_2 + PRIME_3;
            at += 4;
        }
        for (; at < bytes.length(); at++) {
            hash = Long.rotateLeft(hash ^ bytes.charAt(at) * PRIME_5, 11) * PRIME_1;
        }
        return hash;
    }

    private static long finish(long hash) {
        long mixed = (hash ^ hash >>> 33) * PRIME_2;
        mixed = (mixed ^ mixed >>> 29) * PRIME_3;
        return mixed ^ mixed >>> 32;
    }

    private static long round(long accumulator, long lane) {
        return Long.rotateLeft(accumulator + lane * PRIME_2, 31) * PRIME_1;
    }

    private static long merge(long hash, long accumulator) {
        return (hash ^ round(0, accumulator)) * PRIME_1 + PRIME_4;
    }

    private static long eight(String bytes, int at) {
        return four(bytes, at) | four(bytes, at + 4) << 32;
    }

    private static long four(String bytes, int at) {
        return bytes.charAt(at)
                | (long) bytes.charAt(at + 1) << 8
                | (long) bytes.charAt(at + 2) << 16
                | (long) bytes.charAt(at + 3) << 24;
    }
}
