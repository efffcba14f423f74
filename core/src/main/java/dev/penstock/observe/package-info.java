/** What happened, told to {@link dev.penstock.observe.Observer}s. */
@NullMarked
package dev.penstock.observe;

import org.jspecify.annotations.NullMarked;
