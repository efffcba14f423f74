/** The reference main: the {@code penstock} program. Start at {@link dev.penstock.gateway.Main}. */
@NullMarked
package dev.penstock.gateway;

import org.jspecify.annotations.NullMarked;
