package dev.penstock.health;

/** What active checks say of an endpoint. */
public enum Health {
    /** Not checked, or not checked yet: it is used. */
    UNKNOWN,
    /** It answers as it should. */
    UP,
    /** It does not: it is not used. */
    DOWN
}
