package dev.penstock.catalog;

/** Whether connections to endpoints begin with a PROXY header that names the client. */
public enum ProxyProtocol {
    /** They do not. */
    OFF(""),
    /** With one of version 1, a line of text. */
    V1("PROXY UNKNOWN\r\n"),
    /** With one of version 2, binary. */
    V2("\r\n\r\n\0\r\nQUIT\n\40\0\0\0");

    private final String local;

    ProxyProtocol(String local) {
        this.local = local;
    }

    /**
     * What a connection begins with that is made for no client, as that of a health check: a header that names nobody.
     *
     * @return one byte a character; empty if nothing
     */
    public String local() {
        return local;
    }
}
