/** A rule beside the live one, asked on real requests: start at {@link dev.penstock.shadow.Shadow}. */
@NullMarked
package dev.penstock.shadow;

import org.jspecify.annotations.NullMarked;
