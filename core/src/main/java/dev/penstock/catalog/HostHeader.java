package dev.penstock.catalog;

/** Which Host header an endpoint sees. */
public enum HostHeader {
    /** The client's, as sent. */
    KEEP,
    /** The endpoint's own address; the client's goes into X-Forwarded-Host. */
    ENDPOINT
}
