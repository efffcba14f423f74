/** What a running Penstock counts, as meters of Micrometer: start at {@link dev.penstock.metrics.PenstockMetrics}. */
@NullMarked
package dev.penstock.metrics;

import org.jspecify.annotations.NullMarked;
