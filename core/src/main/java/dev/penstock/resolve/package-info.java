/**
 * From host names to IP addresses, on the control path only: start at {@link dev.penstock.resolve.HostResolver}.
 */
@NullMarked
package dev.penstock.resolve;

import org.jspecify.annotations.NullMarked;
