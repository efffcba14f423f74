package dev.penstock.proxy.http1;

/** What is wrong with a head. */
public enum HeadFault {
    /** It breaks a rule of the grammar. */
    MALFORMED,
    /** Its first line is too long. */
    LINE_TOO_LONG,
    /** It has too many fields, or too long ones. */
    FIELDS_TOO_LARGE,
    /** It is of a version of HTTP that is not spoken here. */
    VERSION_UNKNOWN
}
