/** Outlier detection: which endpoints fail more than the others, by what their requests come to. */
@NullMarked
package dev.penstock.outlier;

import org.jspecify.annotations.NullMarked;
