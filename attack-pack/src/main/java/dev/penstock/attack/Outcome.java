package dev.penstock.attack;

/** What came of an attack, best first. */
public enum Outcome {
    /** The proxy refused it, or cut it off where everybody sees it; nothing of it got through. */
    REFUSED,
    /** The proxy passed it on in a form that can be read one way only. */
    HARMLESS,
    /** It got through in a form that somebody may read another way, or hit somebody else. */
    UNSAFE
}
