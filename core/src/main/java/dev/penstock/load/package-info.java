/** The live counters of an endpoint, {@link dev.penstock.load.Load}, and how a request ended, {@link dev.penstock.load.Outcome}. */
@NullMarked
package dev.penstock.load;

import org.jspecify.annotations.NullMarked;
