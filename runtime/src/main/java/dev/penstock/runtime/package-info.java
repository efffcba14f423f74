/** Configuration to a running gateway: the wiring. */
@NullMarked
package dev.penstock.runtime;

import org.jspecify.annotations.NullMarked;
