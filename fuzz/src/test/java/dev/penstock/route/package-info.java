/** Fuzzing of routes; in the package of what it feeds. */
@NullMarked
package dev.penstock.route;

import org.jspecify.annotations.NullMarked;
