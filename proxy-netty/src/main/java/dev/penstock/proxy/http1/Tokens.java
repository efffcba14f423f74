package dev.penstock.proxy.http1;

/** Reads lists of tokens (RFC 9110, 5.6.1). */
final class Tokens {
    private Tokens() {}

    /** Tells whether a comma-separated list has a token, in whatever case. */
    static boolean contains(byte[] bytes, int from, int to, String token) {
        int begin = from;
        for (int i = from; i <= to; i++) {
            if (i == to || bytes[i] == ',') {
                if (is(bytes, begin, i, token)) {
                    return true;
                }
                begin = i + 1;
            }
        }
        return false;
    }

    /** Tells whether a text is a token, in whatever case, with blanks around it or not. */
    static boolean is(byte[] bytes, int from, int to, String token) {
        int begin = from;
        int end = to;
        while (begin < end && Octets.isBlank(bytes[begin])) {
            begin++;
        }
        while (end > begin && Octets.isBlank(bytes[end - 1])) {
            end--;
        }
        if (end - begin != token.length()) {
            return false;
        }
        for (int i = 0; i < token.length(); i++) {
            if (!Octets.sameIgnoringCase(bytes[begin + i], token.charAt(i))) {
                return false;
            }
        }
        return true;
    }
}
