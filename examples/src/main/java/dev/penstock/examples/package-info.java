/** One small class per question, each run by a test. */
@NullMarked
package dev.penstock.examples;

import org.jspecify.annotations.NullMarked;
