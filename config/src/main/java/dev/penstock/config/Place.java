package dev.penstock.config;

/**
 * A position in a document. Immutable.
 *
 * @param line {@code >= 1}; {@code 0}: the document as a whole
 * @param column {@code >= 1}; {@code 0}: the document as a whole
 */
record Place(int line, int column) {
    static final Place WHOLE = new Place(0, 0);
}
