package dev.penstock.route;

import org.jspecify.annotations.Nullable;

/**
 * A map from texts to nodes that is asked for a part of a longer text without cutting it out. Immutable once filled.
 *
 * <p>Open addressing with linear probing, at most half full. The hash is the caller's, so that one pass over a text gives
 * the hashes of all its beginnings, or of all its ends. The whole hash is compared before the text is, so that a request
 * cannot make a look-up dearer than the table's own collisions make it.
 *
 * @param <N> the type of the nodes
 */
final class KeyIndex<N extends KeyIndex.Node> {
    /** Something that is found by its key. */
    interface Node {
        /** The text it is found by. */
        String key();
    }

    private static final int GOLDEN = 0x9E3779B9;

    private final int shift;
    private final int mask;
    private final int[] hashes;
    private final @Nullable Node[] nodes;

    KeyIndex(int keys) {
        int bits = 33 - Integer.numberOfLeadingZeros(Math.max(1, keys));
        shift = 32 - bits;
        mask = (1 << bits) - 1;
        hashes = new int[mask + 1];
        nodes = new @Nullable Node[mask + 1];
    }

    /** The hash of the text one character longer. */
    static int hash(int hash, char next) {
        return 31 * hash + next;
    }

    void put(int hash, N node) {
        int slot = slot(hash);
        while (nodes[slot] != null) {
            slot = (slot + 1) & mask;
        }
        hashes[slot] = marked(hash);
        nodes[slot] = node;
    }

    /** The node whose key is {@code text[start, end)}, or null. */
    @SuppressWarnings("unchecked") // only put() stores nodes, and those are N
    @Nullable
    N find(String text, int start, int end, int hash) {
        int marked = marked(hash);
        for (int slot = slot(hash); hashes[slot] != 0; slot = (slot + 1) & mask) {
            if (hashes[slot] == marked) {
                Node node = nodes[slot];
                if (node != null && node.key().length() == end - start && text.startsWith(node.key(), start)) {
                    return (N) node;
                }
            }
        }
        return null;
    }

    private int slot(int hash) {
        return (hash * GOLDEN) >>> shift;
    }

    // Zero marks a free slot.
    private static int marked(int hash) {
        return hash == 0 ? 1 : hash;
    }
}
