/** Fuzzing of labels; in the package of what it feeds. */
@NullMarked
package dev.penstock.label;

import org.jspecify.annotations.NullMarked;
