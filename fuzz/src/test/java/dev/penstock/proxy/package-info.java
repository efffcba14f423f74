/** Fuzzing of what reads HTTP; in the package of what it feeds. */
@NullMarked
package dev.penstock.proxy;

import org.jspecify.annotations.NullMarked;
