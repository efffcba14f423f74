/**
 * Load balancing without a proxy, in one object: start at {@link dev.penstock.Penstock}.
 */
@NullMarked
package dev.penstock;

import org.jspecify.annotations.NullMarked;
