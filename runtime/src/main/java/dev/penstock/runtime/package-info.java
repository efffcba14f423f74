/**
 * Configuration to a running gateway: the wiring of the program, for embedders as well. Start at
 * {@link dev.penstock.runtime.GatewayRuntime}.
 */
@NullMarked
package dev.penstock.runtime;

import org.jspecify.annotations.NullMarked;
