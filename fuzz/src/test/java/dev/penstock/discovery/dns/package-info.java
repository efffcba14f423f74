/** Fuzzing of DNS; in the package of what it feeds. */
@NullMarked
package dev.penstock.discovery.dns;

import org.jspecify.annotations.NullMarked;
