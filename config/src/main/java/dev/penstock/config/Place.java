package dev.penstock.config;

/**
 * A position in a document. Immutable.
 *
 * @param file the document; empty: the one that is being read
 * @param line {@code >= 1}; {@code 0}: the document as a whole
 * @param column {@code >= 1}; {@code 0}: the document as a whole
 */
record Place(String file, int line, int column) {
    static final Place WHOLE = new Place("", 0, 0);
}
