/**
 * Time, threads and chance, injected: nothing else in Penstock reads a clock, starts a thread or draws a number.
 *
 * <p>Start at {@link dev.penstock.time.Ticker}, {@link dev.penstock.time.Scheduler} and
 * {@link dev.penstock.time.Randomness}.
 */
@NullMarked
package dev.penstock.time;

import org.jspecify.annotations.NullMarked;
