package dev.penstock.catalog;

/** Whether connections to endpoints begin with a PROXY header that names the client. */
public enum ProxyProtocol {
    /** They do not. */
    OFF,
    /** With one of version 1, a line of text. */
    V1,
    /** With one of version 2, binary. */
    V2
}
