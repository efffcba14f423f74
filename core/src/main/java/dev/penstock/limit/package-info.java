/**
 * How much a service takes at once: {@link dev.penstock.limit.Limits} say it, a {@link dev.penstock.limit.Gate} keeps to
 * it, an {@link dev.penstock.limit.AdaptiveLimit} finds it out, a {@link dev.penstock.limit.CircuitBreaker} stops what
 * only fails.
 */
@NullMarked
package dev.penstock.limit;

import org.jspecify.annotations.NullMarked;
