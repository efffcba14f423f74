/** Fuzzing: {@link dev.penstock.fuzz.FuzzTarget} names what is fuzzed, {@link dev.penstock.fuzz.Fuzz} is what Jazzer calls. */
@NullMarked
package dev.penstock.fuzz;

import org.jspecify.annotations.NullMarked;
