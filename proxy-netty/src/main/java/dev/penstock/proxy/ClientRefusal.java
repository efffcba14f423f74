package dev.penstock.proxy;

import java.util.Locale;

/** Why a client was refused or cut off. */
public enum ClientRefusal {
    /** There were as many connections as the listener allows. */
    CONNECTIONS,
    /** There were as many connections of its address as the listener allows. */
    ADDRESS,
    /** The system allows the process hardly more descriptors. */
    DESCRIPTORS,
    /** It was idle for the longest when another one needed the place. */
    IDLE,
    /** Its request head did not come in time. */
    HEADER_TIMEOUT,
    /** Its request body did not come, or too slowly. */
    BODY_TIMEOUT,
    /** It did not take its answer. */
    WRITE_TIMEOUT,
    /** It went on sending after the answer that ends its connection. */
    LEFTOVER,
    /** It made the gateway hold bytes for the longest when too many were held. */
    BUFFERS,
    /** It sent no PROXY header, or may not send one, where one must come. */
    PROXY_HEADER,
    /** No route of the listener is for its connection or its datagram. */
    NO_ROUTE,
    /** The middleware of its route keeps it out. */
    MIDDLEWARE,
    /** There was no endpoint for its connection or its datagram. */
    NO_ENDPOINT,
    /** The network took no more datagrams to it, or from it to its endpoint. */
    DROPPED,
    /** What it sent is no request, or none that is taken. */
    MALFORMED,
    /** Its request was longer than allowed. */
    TOO_LARGE;

    /**
     * The word for reports.
     *
     * @return as in {@code header_timeout}
     */
    public String token() {
        return name().toLowerCase(Locale.ROOT);
    }
}
