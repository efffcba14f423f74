/** Fuzzing of configurations; in the package of what it feeds. */
@NullMarked
package dev.penstock.config;

import org.jspecify.annotations.NullMarked;
