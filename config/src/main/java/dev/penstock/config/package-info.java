/** Reads and checks configuration: YAML or JSON to definitions. */
@NullMarked
package dev.penstock.config;

import org.jspecify.annotations.NullMarked;
