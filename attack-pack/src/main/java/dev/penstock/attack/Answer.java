package dev.penstock.attack;

import java.util.List;

/**
 * What a client got for a request, read by the letter of RFC 9112.
 *
 * @param status 0 if no status line came
 * @param head from the status line to the empty line, as it came
 * @param body what came of it
 * @param interims how many interim answers came before
 * @param end how it ended
 * @param flaw what is wrong with its form; empty if nothing is
 */
record Answer(int status, String head, String body, int interims, End end, String flaw) {
    /** How an answer ended. */
    enum End {
        /** As its head announced. */
        WHOLE,
        /** By the end of the connection, which is its end where the head announced none. */
        BY_CLOSE,
        /** The connection ended before the answer did. */
        CUT,
        /** The connection was reset. */
        RESET,
        /** Nothing more came. */
        SILENT,
        /** What came is no answer. */
        MALFORMED
    }

    static Answer none(End end) {
        return new Answer(0, "", "", 0, end, "");
    }

    /** Tells whether a client takes it for a whole one. */
    boolean looksWhole() {
        return status > 0 && (end == End.WHOLE || end == End.BY_CLOSE);
    }

    /** The target of the request that the endpoint answered with it; empty if it is no answer of the endpoint. */
    String target() {
        return head.lines()
                .filter(line ->
                        line.regionMatches(true, 0, Origin.TARGET_FIELD + ":", 0, Origin.TARGET_FIELD.length() + 1))
                .map(line -> line.substring(Origin.TARGET_FIELD.length() + 1).trim())
                .findFirst()
                .orElse("");
    }

    List<String> lines() {
        return head.lines().toList();
    }

    @Override
    public String toString() {
        String what = status == 0 ? "nothing" : String.valueOf(status);
        return switch (end) {
            case WHOLE -> what;
            case BY_CLOSE -> what + " to the end of the connection";
            case CUT -> status == 0 ? "the connection closed" : what + ", cut off";
            case RESET -> status == 0 ? "the connection reset" : what + ", then a reset";
            case SILENT -> what + ", then silence";
            case MALFORMED -> "no answer: " + flaw;
        };
    }
}
