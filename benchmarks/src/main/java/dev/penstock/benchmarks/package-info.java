/** JMH benchmarks; not published. */
@NullMarked
package dev.penstock.benchmarks;

import org.jspecify.annotations.NullMarked;
