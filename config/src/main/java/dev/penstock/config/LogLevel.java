package dev.penstock.config;

/** How much the program logs. */
public enum LogLevel {
    /** Everything, to find a fault. */
    DEBUG,
    /** What an operator wants to know. */
    INFO,
    /** What may need a look. */
    WARN,
    /** What needs a look. */
    ERROR
}
