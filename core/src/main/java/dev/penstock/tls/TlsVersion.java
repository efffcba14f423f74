package dev.penstock.tls;

/** A version of the protocol; older ones than these are never spoken. */
public enum TlsVersion {
    /** RFC 5246. */
    V1_2,
    /** RFC 8446. */
    V1_3
}
